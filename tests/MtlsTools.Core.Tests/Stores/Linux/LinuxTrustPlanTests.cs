using MtlsTools.Stores;
using MtlsTools.Stores.Linux;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores.Linux;

/// <summary>What would be done, and what is refused before anything is.</summary>
public sealed class LinuxTrustPlanTests(TrustPki pki) : IClassFixture<TrustPki>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("SUSE")]
    [InlineData("RHEL")]
    [InlineData("Arch")]
    [InlineData("Debian")]
    public void Plans_of(string family)
    {
        Make(family);
        Make(family, "image");
        var image = new StoreOptions { StorePath = folder.At("image") };
        var plan = Adapter().Plan(pki.Server, new StoreOptions())
            .Concat([Adapter().PlanRemoval(Adapter().Plan(pki.Other, new StoreOptions())[0].Item, new StoreOptions())])
            .Concat(Adapter().Plan(pki.Other, image with { Alias = "for the image" }))
            .Concat([Adapter().PlanRemoval(Adapter().Plan(pki.Other, image)[0].Item, image)]);

        Golden.Compare($"linux-{family.ToLowerInvariant()}", plan, (folder.At("image"), "<image>"), (folder.Path, ""), (pki.Root.Certificate.Thumbprint[..8].ToLowerInvariant(), "<root>"), (pki.Other.Thumbprint[..8].ToLowerInvariant(), "<other>"));
    }

    [Fact]
    public void The_system_is_told_by_its_folders_and_its_tool()
    {
        Assert.Contains("ca-certificates", Refused(ErrorCode.PlatformNotSupported, () => Adapter().Require(new StoreOptions())).Message, StringComparison.Ordinal);
        Make("Debian");

        // A folder that someone made by hand does not make it another system.
        Directory.CreateDirectory(folder.At("etc/pki/ca-trust/source/anchors"));
        Assert.Equal("Debian", TrustLayout.Detect(TrustRoot.Open(null, folder.Path)).Name);
        File.Delete(folder.At("usr/sbin/update-ca-certificates"));
        Assert.Contains("update-ca-trust", Refused(ErrorCode.ToolMissing, () => Adapter([]).Plan(pki.Server, new StoreOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Refused(ErrorCode.FileNotFound, () => Adapter().Require(new StoreOptions { StorePath = folder.At("nowhere") })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rights_are_asked_for_before_anything_is_touched()
    {
        Make("Debian");
        Make("RHEL", "image");

        Assert.Contains("sudo", Refused(ErrorCode.ElevationRequired, () => Adapter(isPrivileged: false).Plan(pki.Server, new StoreOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("chroot", Refused(ErrorCode.ElevationRequired, () => Adapter(isPrivileged: false).Plan(pki.Server, new StoreOptions { StorePath = folder.At("image") })).Message, StringComparison.Ordinal);

        // Looking takes no rights.
        Assert.Empty(Adapter(isPrivileged: false).Read(new StoreOptions()));
    }

    [Fact]
    public void A_tool_that_takes_no_folders_is_never_pointed_at_an_image()
    {
        // Alpine's update-ca-certificates would change this machine.
        Make("Debian", "image");
        File.WriteAllText(folder.At("tool"), "ELF");
        var image = new StoreOptions { StorePath = folder.At("image") };

        Assert.StartsWith("chroot ", Assert.Single(Adapter().Plan(pki.Server, image)).Commands[0], StringComparison.Ordinal);

        File.Delete(folder.At("image/usr/sbin/update-ca-certificates"));
        Refused(ErrorCode.ToolMissing, () => Adapter().Plan(pki.Server, image));
    }

    [Fact]
    public void Only_self_signed_CAs_are_trusted()
    {
        Make("Debian");
        using var pkiOfOthers = new LivePki();

        Assert.Contains("root did not come along", Refused(ErrorCode.NotSelfSigned, () => Adapter().Plan(pki.Server.WithChain(pki.Server.Intermediates), new StoreOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("no CA", Refused(ErrorCode.NotSelfSigned, () => Adapter().Plan(pkiOfOthers.ClientOf("self-signed")!, new StoreOptions())).Message, StringComparison.Ordinal);
        Assert.Equal(pki.Root.Certificate, Assert.Single(Adapter().Plan(pki.Intermediate.Certificate, new StoreOptions())).Item.Certificate);
    }

    [Fact]
    public void Options_that_mean_nothing_there_are_refused()
    {
        Make("Debian");
        foreach (var options in new StoreOptions[]
        {
            new() { StoreName = MtlsStoreName.My },
            new() { StorePassword = Secret.From("x") },
            new() { Exportable = true },
            new() { Applications = ["curl"] },
        })
        {
            Refused(ErrorCode.StoreOptionNotUsed, () => Adapter().Require(options));
        }

        Adapter().Require(new StoreOptions { StoreName = MtlsStoreName.Root });
    }

    private static StoreException Refused(ErrorCode code, Action work)
    {
        var error = Assert.Throws<StoreException>(work);
        Assert.Equal(code, error.Code);
        return error;
    }

    private LinuxTrustAdapter Adapter(Dictionary<string, string>? tools = null, bool isPrivileged = true) =>
        new(new RecordedProcesses("", tools ?? new() { ["update-ca-certificates"] = folder.At("tool"), ["update-ca-trust"] = folder.At("tool") }), folder.Path, isPrivileged);

    private void Make(string family, string below = "")
    {
        var layout = TrustLayout.All.Single(one => one.Name == family);
        Directory.CreateDirectory(folder.At(below, layout.Anchors));
        Directory.CreateDirectory(folder.At(below, "usr/sbin"));
        File.WriteAllText(folder.At(below, "usr/sbin", layout.Tool), "");
        File.WriteAllText(folder.At("tool"), "# --localcertsdir");
    }
}

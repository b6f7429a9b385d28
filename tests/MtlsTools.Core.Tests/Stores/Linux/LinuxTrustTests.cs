using MtlsTools.Certificates;
using MtlsTools.Processes;
using MtlsTools.Stores;
using MtlsTools.Stores.Linux;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores.Linux;

/// <summary>The real tools, in throw-away systems.</summary>
public sealed class LinuxTrustTests(TrustPki pki) : IClassFixture<TrustPki>
{
    [SkippableFact]
    public void Programs_trust_a_server_from_the_import_until_the_removal()
    {
        using var system = TrustSystem.Debian(pki.Other);
        Peer.Require("update-ca-certificates").Run(Options(system));
        TrustLinks.Mend(TrustRoot.Open(system.Options.StorePath, "/"), system.Layout);
        var before = system.Snapshot();
        using var server = OpenSslServer.Start(Save(system, pki.Server), "-www");
        File.Delete(system.At("server.crt"));
        File.Delete(system.At("server.key"));
        Assert.NotEqual(0, Curl(system, server).ExitCode);

        var item = Assert.Single(system.Import(pki.Server));

        Assert.Equal((pki.Root.Certificate, MtlsStoreName.Root, false), (item.Certificate, item.StoreName, item.AlreadyThere));
        Assert.Equal(System.IO.Path.Combine(system.Anchors, $"mtlstools-Acme_Root____1-{item.Thumbprint[..8].ToLowerInvariant()}.crt"), item.Alias);
        Assert.Equal([pki.Other, pki.Root.Certificate], system.Trusted());
        var answer = Curl(system, server);
        Assert.True(answer.ExitCode == 0, answer.All);
        Assert.Contains("Verify return code: 0 (ok)", Peer.Require("openssl").Try("s_client", "-connect", $"127.0.0.1:{server.Port}", "-CAfile", system.Bundle, "-verify_return_error").All, StringComparison.Ordinal);
        Assert.Equal("/" + system.Layout.Anchors + "/" + Path.GetFileName(item.Alias), new FileInfo(system.At($"etc/ssl/certs/{Path.GetFileNameWithoutExtension(item.Alias)}.pem")).LinkTarget);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(item.Alias!));

        // A second time nothing is written.
        var written = File.GetLastWriteTimeUtc(system.Bundle);
        Assert.True(Assert.Single(system.Import(pki.Server)).AlreadyThere);
        Assert.Equal(written, File.GetLastWriteTimeUtc(system.Bundle));
        Assert.Equal(item.Certificate, Assert.Single(system.Adapter.Read(system.Options)).Certificate);

        system.Remove(item);

        Assert.NotEqual(0, Curl(system, server).ExitCode);
        Assert.Equal(before, system.Snapshot());
    }

    [SkippableTheory]
    [InlineData("RHEL")]
    [InlineData("Arch")]
    [InlineData("SUSE")]
    public void The_other_families_are_changed_from_inside(string family)
    {
        using var system = TrustSystem.WithTrustProgram(family);
        system.Import(pki.Other);

        var item = Assert.Single(system.Import(pki.Server));

        Assert.Equal(new HashSet<MtlsCertificate> { pki.Other, pki.Root.Certificate }, system.Trusted().ToHashSet());
        Assert.True(Assert.Single(system.Import(pki.Server)).AlreadyThere);
        system.Remove(item);
        Assert.Equal([pki.Other], system.Trusted());
        Assert.Equal([pki.Other], system.Adapter.Read(system.Options).Select(one => one.Certificate));
        system.Remove(Assert.Single(system.Adapter.Read(system.Options)));
        Assert.Empty(system.Trusted());
    }

    [SkippableFact]
    public void A_system_without_any_other_CA_trusts_nothing_afterwards()
    {
        // Debian's tool leaves the bundle alone when nothing is left to write into it.
        using var system = TrustSystem.Debian();
        var item = Assert.Single(system.Import(pki.Other));
        Assert.Equal([pki.Other], system.Trusted());

        system.Remove(item);

        Assert.Empty(system.Trusted());
    }

    [SkippableFact]
    public void A_tool_that_fails_leaves_everything_as_it_was()
    {
        using var system = TrustSystem.WithTrustProgram("RHEL");
        system.Import(pki.Other);
        system.Write("usr/bin/update-ca-trust", "#!/bin/sh\necho 'no space left on device' >&2\nexit 3\n");
        var before = system.Snapshot();

        var error = Assert.Throws<StoreException>(() => system.Import(pki.Server));

        Assert.Equal(ErrorCode.ToolFailed, error.Code);
        Assert.Contains("no space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, system.Snapshot());
        Assert.Equal(ErrorCode.ToolFailed, Assert.Throws<StoreException>(() => system.Remove(system.Adapter.Read(system.Options).Single())).Code);
        Assert.Equal(before, system.Snapshot());
    }

    [SkippableFact]
    public void A_tool_that_does_nothing_is_found_out_and_the_file_goes_again()
    {
        using var system = TrustSystem.WithTrustProgram("Arch");
        system.Write("usr/bin/update-ca-trust", "#!/bin/sh\nexit 0\n");
        var before = system.Snapshot();

        Assert.Equal(ErrorCode.StoreNotVerified, Assert.Throws<StoreException>(() => system.Import(pki.Server)).Code);

        Assert.Equal(before, system.Snapshot());
    }

    [SkippableFact]
    public void A_later_step_that_fails_takes_the_trust_back()
    {
        using var system = TrustSystem.Debian(pki.Other);
        var step = Assert.Single(system.Adapter.Plan(pki.Server, system.Options));
        var failing = new StoreStep(() => false, () => throw new StoreException(ErrorCode.StoreAccessDenied, "No."))
        {
            Item = step.Item,
            Action = "Fail",
            Reason = "It is a test.",
        };

        var error = Assert.Throws<StoreException>(() => StoreTransaction.Run([step, failing]));

        Assert.Contains("undone", error.Message, StringComparison.Ordinal);
        Assert.Equal([pki.Other], system.Trusted());
        Assert.Empty(Directory.GetFiles(system.Anchors));
    }

    [SkippableFact]
    public async Task Five_at_once_are_all_trusted_afterwards()
    {
        using var system = TrustSystem.Debian(pki.Other);
        using var folder = new TemporaryFolder();
        var roots = Enumerable.Range(0, 5).Select(number => TestAuthority.Create(folder, $"Root {number}").Certificate).ToList();

        await Task.WhenAll(roots.Select(root => Task.Run(() => system.Import(root))));

        Assert.Equal(roots.Append(pki.Other).ToHashSet(), system.Trusted().ToHashSet());
        Assert.Equal(6, system.Trusted().Count);
        Assert.Equal(5, Directory.GetFiles(system.Anchors).Length);
    }

    [SkippableFact]
    public void The_predecessor_is_trusted_no_longer_when_that_is_asked_for()
    {
        using var system = TrustSystem.Debian(pki.Other);
        system.Import(pki.Root.Certificate);

        system.Import(pki.Renewed, system.Options with { ReplaceOlder = true });

        Assert.Equal([pki.Other, pki.Renewed], system.Trusted());
    }

    [SkippableFact]
    public void A_file_of_administrators_keeps_its_other_certificates_and_its_words()
    {
        using var system = TrustSystem.Debian(pki.Other);
        var file = Path.Combine(system.Anchors, "company.crt");
        File.WriteAllText(file, $"# ours\n{pki.Root.Certificate.ToPem()}# theirs\n{pki.Renewed.ToPem()}");
        Assert.Equal(2, system.Adapter.Read(system.Options).Count());
        Assert.Equal(file, Assert.Single(system.Import(pki.Renewed)).Alias);

        system.Remove(system.Adapter.Read(system.Options).Single(item => item.Certificate.Equals(pki.Root.Certificate)));

        Assert.Equal($"# ours\n# theirs\n{pki.Renewed.ToPem()}", File.ReadAllText(file));
        Assert.Equal([pki.Other, pki.Renewed], system.Trusted());
    }

    [SkippableFact]
    public void A_damaged_file_of_the_same_name_is_mended()
    {
        using var system = TrustSystem.Debian(pki.Other);
        var file = system.Adapter.Plan(pki.Server, system.Options)[0].Item.Alias!;
        File.WriteAllText(file, "-----BEGIN CERTIFICATE-----\nMIIB");

        Assert.False(Assert.Single(system.Import(pki.Server)).AlreadyThere);

        Assert.Equal(pki.Root.Certificate.ToPem(), File.ReadAllText(file));
    }

    [SkippableFact]
    public void What_the_distribution_brings_stays_trusted()
    {
        using var system = TrustSystem.Debian(pki.Other);
        var item = Assert.Single(system.Import(pki.Other));

        system.Remove(item);

        Assert.Equal([pki.Other], system.Trusted());
        Assert.Empty(system.Adapter.Read(system.Options));
    }

    [SkippableFact]
    public void A_link_out_of_the_system_is_refused()
    {
        using var system = TrustSystem.Debian(pki.Other);
        using var elsewhere = new TemporaryFolder();
        Directory.Delete(system.Anchors);
        Directory.CreateSymbolicLink(system.Anchors, elsewhere.Path);

        Assert.Equal(ErrorCode.StoreAccessDenied, Assert.Throws<StoreException>(() => system.Import(pki.Server)).Code);

        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));
        Directory.Delete(system.Anchors);
        Directory.CreateDirectory(system.At("var/anchors"));
        Directory.CreateSymbolicLink(system.Anchors, "../../../var/anchors");
        system.Import(pki.Server);
        Assert.Single(Directory.GetFiles(system.At("var/anchors")));
    }

    private static (string Certificate, string Key) Save(TrustSystem system, MtlsCertificate certificate)
    {
        certificate.PrivateKey!.Save(system.At("server.key"));
        File.WriteAllText(system.At("server.crt"), string.Concat(certificate.Intermediates.Prepend(certificate).Select(one => one.ToPem())));
        return (system.At("server.crt"), system.At("server.key"));
    }

    private static PeerResult Curl(TrustSystem system, OpenSslServer server) =>
        Peer.Require("curl").Try("-sS", "--cacert", system.Bundle, "--max-time", "20", "-o", "/dev/null", $"https://localhost:{server.Port}/", "--resolve", $"localhost:{server.Port}:127.0.0.1");

    private static string[] Options(TrustSystem system)
    {
        var root = TrustRoot.Open(system.Options.StorePath, "/");
        return TrustTool.For(root, system.Layout, new SystemProcesses(), isPrivileged: false).Command(removing: false).Arguments;
    }
}

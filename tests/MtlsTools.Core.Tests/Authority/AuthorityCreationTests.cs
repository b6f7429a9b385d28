using System.Text.Json;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

public sealed class AuthorityCreationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:00:00.25Z");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_CA_is_a_folder_of_plain_files()
    {
        TestAuthority.Create(folder, "root", clock, change: options => options with { DefaultProfile = CertificateProfile.Server, CrlUrls = ["http://x/"] });

        Assert.Equal(
            ["audit.jsonl", "ca.crt", "ca.json", "chain.crt", "crl", "crlnumber", "index.txt", "index.txt.attr", "issued", "private", "private/ca.key", "serial"],
            Directory.GetFileSystemEntries(folder.At("root"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder.At("root"), path).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Equal(("", "01\n"), (File.ReadAllText(folder.At("root", "index.txt")), File.ReadAllText(folder.At("root", "crlnumber"))));
        using var settings = JsonDocument.Parse(File.ReadAllText(folder.At("root", "ca.json")));
        Assert.Equal(("root", "Server", "http://x/"), (settings.RootElement.GetProperty("name").GetString(), settings.RootElement.GetProperty("defaultProfile").GetString(), settings.RootElement.GetProperty("crlUrls")[0].GetString()));
        Assert.Equal([folder.At("root")], Directory.GetFileSystemEntries(folder.Path));
    }

    [SkippableTheory]
    [InlineData(null)]
    [InlineData("secret")]
    public void Its_key_is_its_owners_alone(string? password)
    {
        TestAuthority.Create(folder, "root", clock, change: options => options with { Password = password is null ? null : Secret.From(password) });

        Assert.Equal(("700", "600"), (UnixMode.Of(folder.At("root", "private")), UnixMode.Of(folder.At("root", "private", "ca.key"))));
        Assert.Contains(password is null ? "BEGIN PRIVATE KEY" : "BEGIN ENCRYPTED PRIVATE KEY", File.ReadAllText(folder.At("root", "private", "ca.key")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_chain_goes_up_to_the_root()
    {
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with { PathLength = 2 });
        var middle = TestAuthority.Create(folder, "middle", clock, root, options => options with { PathLength = 1 });
        var low = TestAuthority.Create(folder, "low", clock, middle);

        Assert.Equal(["middle", "root"], low.Certificate.Chain.Select(one => one.Name));
        Assert.Equal(["low", "middle", "root"], CertificateReader.ReadFile(low.ChainPath).Select(one => one.Name));
        Assert.Equal(["root"], CertificateReader.ReadFile(root.ChainPath).Select(one => one.Name));
        Assert.Equal(["low", "middle", "root"], CertificateAuthority.Open(low.Path).Issue(CertificateProfile.Client).Chain.Select(one => one.Name));
        Assert.Equal(low.Certificate.SerialNumber, Assert.Single(middle.GetIssued()).SerialNumber);
    }

    [Fact]
    public void A_folder_with_content_is_left_as_it_is()
    {
        Directory.CreateDirectory(folder.At("root"));
        File.WriteAllText(folder.At("root", "precious"), "x");

        var refused = Assert.Throws<OutputException>(() => TestAuthority.Create(folder, "root", clock));

        Assert.Equal((ErrorCode.FileExists, folder.At("root")), (refused.Code, refused.Path));
        Assert.Equal([folder.At("root"), folder.At("root", "precious")], Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void An_empty_folder_is_used()
    {
        Directory.CreateDirectory(folder.At("root"));

        Assert.True(TestAuthority.Create(folder, "root", clock).IsUnlocked);
    }

    [Theory]
    // the folder is a file, or the one above it is
    [InlineData("file", ErrorCode.FileExists)]
    [InlineData("file/root", ErrorCode.PathNotWritable)]
    public void A_file_in_the_way_is_left_as_it_is(string name, ErrorCode code)
    {
        folder.Write("file", "x");

        Assert.Equal(code, Assert.Throws<OutputException>(() => TestAuthority.Create(folder, name, clock)).Code);
        Assert.Equal([folder.At("file")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_issuer_records_no_CA_that_could_not_be_written()
    {
        var root = TestAuthority.Create(folder, "root", clock);
        folder.Write("file", "x");

        Assert.Throws<OutputException>(() => TestAuthority.Create(folder, "file/inter", clock, root));

        Assert.Empty(root.GetIssued());
        Assert.Empty(Directory.GetFiles(folder.At("root", "issued")));
    }

    [Fact]
    public void A_refusal_leaves_nothing()
    {
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with { PathLength = 0 });

        Assert.Throws<IssuanceException>(() => TestAuthority.Create(folder, "some/new/folder", clock, root));

        Assert.Equal([folder.At("root")], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_CA_that_is_replaced_is_moved_aside()
    {
        var old = TestAuthority.Create(folder, "root", clock);
        var issued = old.Issue(CertificateProfile.Client);

        var made = TestAuthority.Create(folder, "root", clock, change: options => options with { Overwrite = true });

        Assert.NotEqual(old.Certificate, made.Certificate);
        Assert.Empty(made.GetIssued());
        var aside = CertificateAuthority.Open(folder.At("root.replaced-20260301T120000250Z"));
        Assert.Equal(old.Certificate, aside.Certificate);
        Assert.Equal(issued.SerialNumber, Assert.Single(aside.GetIssued()).SerialNumber);
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void A_CA_needs_a_name() =>
        Assert.Equal(ErrorCode.SubjectMissing, Assert.Throws<IssuanceException>(() => CertificateAuthority.Create(folder.At("root"), new AuthorityOptions { Subject = DistinguishedName.Empty }, clock)).Code);

    [Fact]
    public void The_new_CA_tells_about_itself()
    {
        clock.Now = clock.Now.AddMilliseconds(-250);

        var made = TestAuthority.Create(folder, "root", clock, change: options => options with { Days = 30, KeyAlgorithm = KeyAlgorithm.EcdsaP521 });

        Assert.Equal(("root", CertificateRole.RootCa, folder.At("root"), 30, "root (RootCa)", "ECDSA P-521"), (made.Name, made.Role, made.Path, made.DaysLeft, made.ToString(), made.Certificate.PublicKey.ToString()));
        Assert.Equal((folder.At("root", "ca.crt"), folder.At("root", "chain.crt"), clock.Now.AddDays(30)), (made.CertificatePath, made.ChainPath, made.NotAfter));
    }
}

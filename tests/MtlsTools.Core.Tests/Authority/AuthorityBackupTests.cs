using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>A CA folder as one encrypted file, and back.</summary>
public sealed class AuthorityBackupTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CertificateAuthority root;
    private readonly MtlsCertificate issued;

    public AuthorityBackupTests()
    {
        root = TestAuthority.Create(folder, "root");
        issued = root.Issue(CertificateProfile.Client);
    }

    private string BackupPath => folder.At("ca.backup");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_comes_back_is_the_same_folder_and_goes_on()
    {
        var backup = AuthorityBackup.Create(root, BackupPath, Secret.From("demo"));
        var before = Contents("root");

        var restored = AuthorityBackup.Restore(BackupPath, Secret.From("demo"), folder.At("back"));

        var after = Contents("back");
        Assert.Equal(before.Keys, after.Keys);
        Assert.Equal(["audit.jsonl", "crlnumber"], before.Keys.Where(name => before[name] != after[name]));
        Assert.Equal((root.Name, 1L), (backup.Name, backup.Issued));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(("600", "700", "600"), (UnixMode.Of(BackupPath), UnixMode.Of(folder.At("back", "private")), UnixMode.Of(folder.At("back", "private", "ca.key"))));
        restored.Issue(CertificateProfile.Client);
        Assert.Equal([issued.SerialNumber], restored.GetIssued().Select(entry => entry.SerialNumber).SkipLast(1));
        Assert.Equal([AuditEvent.Created, AuditEvent.Issued, AuditEvent.Restored, AuditEvent.Issued], restored.GetAudit().Select(entry => entry.Event));
        Assert.Equal((AuditEvent.BackedUp, backup.Sha256), (root.GetAudit().Last().Event, root.GetAudit().Last().Sha256));
        Assert.Equal(backup.Sha256, restored.GetAudit().First(entry => entry.Event == AuditEvent.Restored).Sha256);
        Assert.Empty(restored.VerifyAudit().Findings);
        Assert.Equal("1001", File.ReadAllText(folder.At("back", "crlnumber")).Trim());
    }

    [SkippableFact]
    public void OpenSSL_and_tar_open_it_too()
    {
        var openssl = Peer.Require("openssl");
        AuthorityBackup.Create(root, BackupPath, Secret.From("demo"));
        Directory.CreateDirectory(folder.At("unpacked"));

        openssl.Run("cms", "-decrypt", "-inform", "DER", "-in", BackupPath, "-pwri_password", "demo", "-out", folder.At("ca.tar.gz"));
        Peer.Require("tar").Run("-xzf", folder.At("ca.tar.gz"), "-C", folder.At("unpacked"));

        Assert.Equal(File.ReadAllText(root.KeyPath), File.ReadAllText(folder.At("unpacked", "private", "ca.key")));
        Assert.Contains("\"version\": 1", File.ReadAllText(folder.At("unpacked", "backup.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_is_checked_without_writing_anything()
    {
        var made = AuthorityBackup.Create(root, BackupPath, Secret.From("demo"));
        var entries = Directory.GetFileSystemEntries(folder.Path);

        var seen = AuthorityBackup.Verify(BackupPath, Secret.From("demo"));

        Assert.Equal(made, seen);
        Assert.Equal(entries, Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("wrong password", ErrorCode.PasswordWrong)]
    [InlineData("one bit", ErrorCode.ContentDamaged)]
    [InlineData("cut", ErrorCode.ContentNotRecognized)]
    [InlineData("other file", ErrorCode.ContentNotRecognized)]
    [InlineData("missing", ErrorCode.FileNotFound)]
    [InlineData("folder there", ErrorCode.FileExists)]
    public void What_can_not_be_restored_is_said_and_nothing_is_made(string fault, ErrorCode expected)
    {
        AuthorityBackup.Create(root, BackupPath, Secret.From("demo"));
        var content = File.ReadAllBytes(BackupPath);
        content[^40] ^= (byte)(fault == "one bit" ? 1 : 0);
        File.WriteAllBytes(BackupPath, fault == "cut" ? content[..^30] : content);
        var (path, target) = fault switch
        {
            "other file" => (root.CertificatePath, folder.At("back")),
            "missing" => (folder.At("none"), folder.At("back")),
            "folder there" => (BackupPath, root.Path),
            _ => (BackupPath, folder.At("back")),
        };
        var before = Directory.GetFileSystemEntries(folder.Path);

        var error = Assert.ThrowsAny<MtlsException>(() => AuthorityBackup.Restore(path, Secret.From(fault == "wrong password" ? "Demo" : "demo"), target));

        Assert.Equal(expected, error.Code);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_that_a_configuration_file_describes_is_refused()
    {
        Directory.CreateDirectory(folder.At("etc"));
        File.WriteAllText(folder.At("etc", "openssl.cnf"), $"[ca]\ndefault_ca = one\n[one]\ndir = {root.Path}\ndatabase = $dir/index.txt\ncertificate = $dir/ca.crt\nprivate_key = {folder.At("elsewhere.key")}\nnew_certs_dir = $dir/issued\n");

        var error = Assert.Throws<AuthorityException>(() => AuthorityBackup.Create(CertificateAuthority.Open(folder.At("etc", "openssl.cnf")), BackupPath, Secret.From("demo")));

        Assert.Equal(ErrorCode.BackupNotPossible, error.Code);
        Assert.False(File.Exists(BackupPath));
    }

    [Fact]
    public void A_file_that_is_there_stays_and_a_folder_is_moved_aside()
    {
        File.WriteAllText(BackupPath, "mine");
        Assert.Equal(ErrorCode.FileExists, Assert.Throws<OutputException>(() => AuthorityBackup.Create(root, BackupPath, Secret.From("demo"))).Code);
        Assert.Equal("mine", File.ReadAllText(BackupPath));

        AuthorityBackup.Create(root, BackupPath, Secret.From("demo"), overwrite: true);
        AuthorityBackup.Restore(BackupPath, Secret.From("demo"), root.Path, overwrite: true);

        Assert.Single(Directory.GetDirectories(folder.Path, "root.replaced-*"));
        Assert.Equal(AuditEvent.Restored, CertificateAuthority.Open(root.Path).GetAudit().Last().Event);
    }

    private SortedDictionary<string, string> Contents(string name) => new(
        Directory.EnumerateFiles(folder.At(name), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != ".lock")
            .ToDictionary(file => Path.GetRelativePath(folder.At(name), file), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);
}

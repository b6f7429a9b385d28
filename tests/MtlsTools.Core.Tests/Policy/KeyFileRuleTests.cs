using System.Security;
using MtlsTools.Audit;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Policy;

/// <summary>Key files as openssl and this module write them.</summary>
public sealed class KeyFileRuleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    internal static IEnumerable<string> Tested => ["KeyFileReadable", "KeyFileShared", "CaKeyUnencrypted", "KeyDerivationWeak", "KeyEncryptionLegacy", "PfxPasswordEmpty", "KeyTooWeak"];

    [Fact]
    public void Keys_that_this_module_writes_break_no_rule()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        key.Save(folder.At("plain.key"));
        key.Save(folder.At("locked.key"), Secret.From("a word"));

        Assert.Empty(Check("plain.key"));
        Assert.Empty(Check("locked.key"));
        Assert.Empty(Check("locked.key", Secret.From("a word")));
    }

    [SkippableTheory]
    [InlineData("660", "its group")]
    [InlineData("644", "everybody")]
    [InlineData("620", "its group")]
    [InlineData("604", "everybody")]
    [InlineData("600", null)]
    [InlineData("400", null)]
    public void Modes(string mode, string? readers)
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var path = folder.At("it.key");
        key.Save(path);
        UnixMode.Set(path, mode);

        var findings = Check("it.key");

        if (readers is null)
        {
            Assert.Empty(findings);
            return;
        }

        var finding = Assert.Single(findings);
        Assert.Equal("KeyFileReadable", finding.Id);
        Assert.Contains($"{readers}", finding.Cause, StringComparison.Ordinal);
        Assert.Contains($"mode {mode}", finding.Cause, StringComparison.Ordinal);
        Assert.Contains($"chmod 600 '{path}'", finding.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_key_that_is_lent_to_a_service_is_told_and_no_fault()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var path = folder.At("it.key");
        key.Save(path);
        UnixMode.Set(path, "640");

        var finding = Assert.Single(Check("it.key"));
        Assert.Equal(("KeyFileShared", FindingSeverity.Information), (finding.Id, finding.Severity));
        Assert.Contains("its group (mode 640)", finding.Cause, StringComparison.Ordinal);
        Assert.Contains($"Get-MtlsKeyAccess '{path}'", finding.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_link_is_judged_by_the_file_it_leads_to()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        key.Save(folder.At("it.key"));
        File.CreateSymbolicLink(folder.At("link.key"), folder.At("it.key"));
        Assert.Empty(Check("link.key"));

        UnixMode.Set(folder.At("it.key"), "644");
        Assert.Equal(["KeyFileReadable"], Ids("link.key"));
    }

    /// <summary>Each line is openssl's; the first is the documents' own way of locking a key.</summary>
    [SkippableTheory]
    [InlineData("genrsa -aes256 -passout pass:word -out {out} 2048", "KeyDerivationWeak", "2048 times (PBES2 with aes-256-cbc)")]
    [InlineData("genrsa -aes256 -traditional -passout pass:word -out {out} 2048", "KeyEncryptionLegacy", "DEK-Info")]
    [InlineData("pkcs8 -topk8 -v2 des3 -iter 200000 -in {in} -passout pass:word -out {out}", "KeyEncryptionLegacy", "des-ede3-cbc")]
    [InlineData("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in {in} -passout pass:word -out {out}", "KeyEncryptionLegacy", "PBES1 (SHA-1 and 3DES)")]
    [InlineData("pkcs8 -topk8 -v2 aes-128-cbc -iter 99999 -in {in} -passout pass:word -out {out}", "KeyDerivationWeak", "99999 times (PBES2 with aes-128-cbc)")]
    [InlineData("pkcs8 -topk8 -v2 aes-128-cbc -iter 100000 -in {in} -passout pass:word -out {out}", null, "")]
    [InlineData("pkcs8 -topk8 -v2 aes-256-cbc -iter 100000 -outform DER -in {in} -passout pass:word -out {out}", null, "")]
    [InlineData("pkcs8 -topk8 -v2 aes-256-cbc -outform DER -in {in} -passout pass:word -out {out}", "KeyDerivationWeak", "2048 times")]
    [InlineData("pkcs8 -topk8 -scrypt -in {in} -passout pass:word -out {out}", null, "")]
    public void Encryption(string command, string? expected, string value)
    {
        var openssl = Peer.Require("openssl");
        using var key = SharedKeys.Of(KeyAlgorithm.Rsa2048);
        key.Save(folder.At("in.key"));
        openssl.Run([.. command.Split(' ').Select(part => part.Replace("{in}", folder.At("in.key"), StringComparison.Ordinal).Replace("{out}", folder.At("out.key"), StringComparison.Ordinal))]);
        UnixMode.Set(folder.At("out.key"), "600");

        var findings = Check("out.key");

        Assert.Equal(expected is null ? [] : [expected], findings.Select(finding => finding.Id));
        Assert.All(findings, finding => Assert.Contains(value, finding.Cause, StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("pass:", "PfxPasswordEmpty")]
    [InlineData("pass:word", "KeyDerivationWeak")]
    public void Pfx_by_openssl(string password, string expected)
    {
        var openssl = Peer.Require("openssl");
        var (certificate, key) = SavePair();
        openssl.Run("pkcs12", "-export", "-in", certificate, "-inkey", key, "-passout", password, "-out", folder.At("it.pfx"));

        Assert.Equal([expected], Ids("it.pfx"));
    }

    [SkippableFact]
    public void Old_pfx_by_openssl_has_an_old_cipher()
    {
        var openssl = Peer.Require("openssl");
        var (certificate, key) = SavePair();
        openssl.Run("pkcs12", "-export", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-in", certificate, "-inkey", key, "-passout", "pass:word", "-out", folder.At("it.pfx"));

        Assert.Equal(["KeyEncryptionLegacy"], Ids("it.pfx"));
        Assert.Equal(["KeyEncryptionLegacy"], Check("it.pfx", Secret.From("word")).Select(finding => finding.Id));
    }

    [Fact]
    public void Pfx_by_this_module_breaks_no_rule()
    {
        var (certificate, key) = SavePair();
        CertificateExporter.Save(folder.At("it.pfx"), CertificateReader.ReadIdentity(certificate, key), ExportFormat.Pfx, Secret.From("word"));

        Assert.Empty(Check("it.pfx"));
        Assert.Empty(Check("it.pfx", Secret.From("word")));
    }

    [SkippableFact]
    public void A_weak_key_is_seen_once_it_can_be_opened()
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("genrsa", "-aes256", "-traditional", "-passout", "pass:word", "-out", folder.At("old.key"), "1024");
        openssl.Run("genrsa", "-out", folder.At("plain.key"), "1024");
        openssl.Run("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-iter", "100000", "-in", folder.At("plain.key"), "-passout", "pass:word", "-out", folder.At("locked.key"));
        foreach (var name in new[] { "plain.key", "locked.key" })
            UnixMode.Set(folder.At(name), "600");

        Assert.Equal(["KeyTooWeak"], Ids("plain.key"));
        Assert.Empty(Check("locked.key"));
        Assert.Equal(["KeyTooWeak"], Check("locked.key", Secret.From("word")).Select(finding => finding.Id));
        Assert.Equal(ErrorCode.PasswordWrong, Assert.Throws<PasswordException>(() => Check("locked.key", Secret.From("wrong"))).Code);
    }

    [Fact]
    public void A_plain_key_beside_its_ca_is_a_ca_key()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP384);
        key.Save(folder.At("ca.key"));
        folder.Write("ca.crt", RawCertificate.TestRoot.ToPem());
        key.Save(folder.At("server.key"));
        folder.Write("server.crt", RawCertificate.Server().Build().ToPem());
        key.Save(folder.At("locked.key"), Secret.From("word"));
        folder.Write("locked.crt", RawCertificate.TestRoot.ToPem());

        Assert.Equal(["CaKeyUnencrypted"], Audit("ca.key"));
        Assert.Empty(Audit("server.key"));
        Assert.Empty(Audit("locked.key"));
        Assert.Equal(["CaKeyUnencrypted"], PolicyChecker.CheckKeyFile(folder.At("server.key"), isCaKey: true).Select(finding => finding.Id));
    }

    [SkippableFact]
    public void A_key_object_is_judged_with_its_file()
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("genrsa", "-out", folder.At("weak.key"), "1024");
        UnixMode.Set(folder.At("weak.key"), "644");

        using var key = PrivateKey.Open(folder.At("weak.key"));
        using var memory = SharedKeys.Of(KeyAlgorithm.EcdsaP256);

        Assert.Equal(["KeyTooWeak", "KeyFileReadable"], new PolicyAudit().Judge(key).Findings.Select(finding => finding.Id));
        Assert.Empty(new PolicyAudit().Judge(memory).Findings);
    }

    [Theory]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAMCAQA=\n-----END ENCRYPTED PRIVATE KEY-----\n", ErrorCode.ContentDamaged)]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n", ErrorCode.ContentDamaged)]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMAMCAQA=\n-----END PUBLIC KEY-----\n", ErrorCode.WrongContent)]
    [InlineData("", ErrorCode.FileEmpty)]
    public void Bad_files(string text, ErrorCode expected) =>
        Assert.Equal(expected, Assert.ThrowsAny<MtlsException>(() => PolicyChecker.CheckKeyFile(folder.Write("it.key", text))).Code);

    public void Dispose() => folder.Dispose();

    private IReadOnlyList<PolicyFinding> Check(string name, SecureString? password = null) => PolicyChecker.CheckKeyFile(folder.At(name), password);

    private IEnumerable<string> Ids(string name) => Check(name).Select(finding => finding.Id);

    private IEnumerable<string> Audit(string name) => new PolicyAudit().JudgeFile(folder.At(name)).SelectMany(report => report.Findings).Select(finding => finding.Id);

    private (string Certificate, string Key) SavePair()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        key.Save(folder.At("pair.key"));
        return (folder.Write("pair.crt", RawCertificate.Client().Build().ToPem()), folder.At("pair.key"));
    }
}

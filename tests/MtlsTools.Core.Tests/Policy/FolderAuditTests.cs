using MtlsTools.Audit;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>Files of every kind, and folders of them.</summary>
public sealed class FolderAuditTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_folder_shows_its_files_and_knows_its_cas_as_issuers()
    {
        folder.Write("z-ca.crt", RawCertificate.TestRoot.ToPem());
        folder.Write("a.crt", (RawCertificate.Client() with { To = 4000 }).Build().ToPem());
        folder.Write("b.csr", TestAuthority.Request().ToPem());
        folder.Write("notes.txt", "nothing");
        folder.Write("broken.crt", "nothing");
        var audit = new PolicyAudit();

        var files = audit.FindFiles(folder.Path);

        Assert.Equal(["a.crt", "b.csr", "broken.crt", "z-ca.crt"], files.Select(Path.GetFileName));
        Assert.Equal(["OutlivesIssuer", "ClientLifetimeLong"], audit.JudgeFile(files[0]).Single().Findings.Select(finding => finding.Id).OrderDescending());
        Assert.Equal(ErrorCode.ContentNotRecognized, Assert.Throws<InputException>(() => audit.JudgeFile(files[2]).ToList()).Code);
    }

    [Fact]
    public void One_file_of_everything_gives_a_report_for_each()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var text = System.Text.Encoding.ASCII.GetString(key.ExportPem(null)) + RawCertificate.Server().Build().ToPem() + TestAuthority.Request().ToPem();
        var path = folder.Write("it.pem", text);

        var reports = new PolicyAudit().JudgeFile(path).ToList();

        Assert.Equal([PolicySubjects.KeyFile, PolicySubjects.Request, PolicySubjects.Certificate], reports.Select(report => report.Kind));
        Assert.All(reports, report => Assert.Equal(path, report.Path));
    }

    [Fact]
    public void A_folder_is_judged_file_by_file_and_a_CA_in_it_as_a_CA()
    {
        var ca = TestAuthority.Create(folder, "ca");
        ca.Issue(MtlsTools.Issuance.CertificateProfile.Client);
        folder.Write("broken.crt", "nothing");
        folder.Write("it.csr", TestAuthority.Request().ToPem());
        var failures = new List<ErrorCode>();
        string[] Kinds(bool recurse) => [.. new PolicyAudit().JudgeFolder(folder.Path, recurse, null, failure => failures.Add(failure.Code)).Select(report => report.Kind.ToString())];

        Assert.Equal(["Request"], Kinds(recurse: false));
        Assert.Equal([ErrorCode.ContentNotRecognized], failures);
        Assert.Equal(["Request", "Authority", "Certificate", "KeyFile", "Certificate"], Kinds(recurse: true));
    }

    [Theory]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMAMCAQA=\n-----END PUBLIC KEY-----\n", ErrorCode.WrongContent)]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAMCAQA=\n", ErrorCode.PemTruncated)]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n", ErrorCode.ContentDamaged)]
    [InlineData("-----BEGIN X509 CRL-----\nMAMCAQA=\n-----END X509 CRL-----\n", ErrorCode.ContentDamaged)]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nMAMCAQA=\n-----END CERTIFICATE REQUEST-----\n", ErrorCode.ContentDamaged)]
    [InlineData("some text", ErrorCode.ContentNotRecognized)]
    [InlineData("", ErrorCode.FileEmpty)]
    public void Bad_files(string text, ErrorCode expected) =>
        Assert.Equal(expected, Assert.ThrowsAny<MtlsException>(() => new PolicyAudit().JudgeFile(folder.Write("it.pem", text)).ToList()).Code);

    [Fact]
    public void A_pfx_that_stays_locked_is_judged_from_outside_first()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var certificate = RawCertificate.Client().Build().WithChain([]).WithKey(key);
        MtlsTools.Certificates.CertificateExporter.Save(folder.At("it.pfx"), certificate, MtlsTools.Certificates.ExportFormat.Pfx, Secret.From("word"));
        var seen = new List<PolicyReport>();

        var failure = Assert.Throws<PasswordException>(() =>
        {
            foreach (var report in new PolicyAudit().JudgeFile(folder.At("it.pfx")))
                seen.Add(report);
        });

        Assert.Equal(ErrorCode.PasswordRequired, failure.Code);
        Assert.Equal(PolicySubjects.KeyFile, Assert.Single(seen).Kind);
        Assert.Equal(["KeyFile", "Certificate"], new PolicyAudit().JudgeFile(folder.At("it.pfx"), Secret.From("word")).Select(report => report.Kind.ToString()));
    }

    public void Dispose() => folder.Dispose();
}

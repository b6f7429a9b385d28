using MtlsTools.Certificates;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Verification;

/// <summary>What stands in a file that servers and clients present: order, root, strangers.</summary>
public sealed class ChainFileTests(LivePki pki) : IClassFixture<LivePki>
{
    [Theory]
    [InlineData("leaf inter", true)]
    [InlineData("leaf", true)]
    [InlineData("leaf inter root", true, FindingId.RootIncluded)]
    [InlineData("inter leaf", false, FindingId.ChainOutOfOrder)]
    [InlineData("root inter leaf", false, FindingId.ChainOutOfOrder, FindingId.RootIncluded)]
    [InlineData("leaf root inter", true, FindingId.ChainOutOfOrder, FindingId.RootIncluded)]
    [InlineData("leaf inter other", true, FindingId.UnrelatedCertificate)]
    [InlineData("leaf server inter", true, FindingId.UnrelatedCertificate)]
    [InlineData("inter root", true)]
    public void Order_root_and_strangers(string content, bool good, params FindingId[] expected)
    {
        var file = pki.Save(content.Replace(' ', '-') + ".pem", content.Split(' ').Select(Named).ToArray());
        var verifier = CertificateVerifier.Create(new VerificationOptions { TrustedCas = [pki.ClientRoot.Certificate], Intermediates = [pki.ClientInter.Certificate] });

        var report = verifier.VerifyFile(file);

        Assert.Equal(expected, report.Findings.Select(finding => finding.Id));
        Assert.Equal(good, report.Success);
        Assert.Equal(content.Contains("leaf", StringComparison.Ordinal) ? "client" : "Client Inter", report.Name);
        Assert.All(report.Findings, finding => Assert.Contains(file, finding.Cause, StringComparison.Ordinal));
    }

    private MtlsCertificate Named(string name) => name switch
    {
        "leaf" => pki.Client,
        "inter" => pki.ClientInter.Certificate,
        "root" => pki.ClientRoot.Certificate,
        "other" => pki.OtherRoot.Certificate,
        _ => pki.Server,
    };
}

using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Policy;

/// <summary>What this module issues with its defaults keeps the rules it judges others by.</summary>
public sealed class OwnCertificatesPolicyTests : IDisposable
{
    private static readonly PolicyOptions Grave = new() { MinimumSeverity = FindingSeverity.Warning };

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(CertificateProfile.Server, KeyAlgorithm.EcdsaP256)]
    [InlineData(CertificateProfile.Server, KeyAlgorithm.Rsa2048)]
    [InlineData(CertificateProfile.Client, KeyAlgorithm.EcdsaP256)]
    [InlineData(CertificateProfile.Client, KeyAlgorithm.Rsa2048)]
    [InlineData(CertificateProfile.Peer, KeyAlgorithm.EcdsaP256)]
    [InlineData(CertificateProfile.Peer, KeyAlgorithm.Rsa2048)]
    public void Default_profiles_draw_no_warning(CertificateProfile profile, KeyAlgorithm algorithm)
    {
        var root = Make("root");
        var below = Make("below", root);

        foreach (var issuer in new[] { root, below })
        {
            var issued = issuer.Issue(profile, TestAuthority.Request("CN=api.example.com", "IP:10.0.0.1", algorithm));
            Assert.Empty(PolicyChecker.Check(issued, options: Grave));
        }

        Assert.Empty(PolicyChecker.Check(root.Certificate, options: Grave));
        Assert.Empty(PolicyChecker.Check(below.Certificate, options: Grave));
    }

    [Fact]
    public void With_urls_and_separate_purposes_nothing_is_left_to_say()
    {
        var root = Make("root", change: options => options with { CrlUrls = ["http://crl.example.com/ca.crl"] });

        Assert.Empty(PolicyChecker.Check(root.Certificate));
        Assert.Empty(PolicyChecker.Check(root.Issue(CertificateProfile.Server)));
        Assert.Empty(PolicyChecker.Check(root.Issue(CertificateProfile.Client)));
        Assert.Equal(["PurposesNotSeparated"], PolicyChecker.Check(root.Issue(CertificateProfile.Peer)).Select(finding => finding.Id));
    }

    public void Dispose() => folder.Dispose();

    private CertificateAuthority Make(string name, CertificateAuthority? issuer = null, Func<AuthorityOptions, AuthorityOptions>? change = null) =>
        TestAuthority.Create(folder, name, issuer: issuer, change: options => (change?.Invoke(options) ?? options) with { KeyAlgorithm = null });
}

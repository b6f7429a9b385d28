using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Verification;

/// <summary>Every cause has its finding, and OpenSSL's strict verification says yes and no to the same certificates.</summary>
public sealed class CertificateVerifierTests(LivePki pki) : IClassFixture<LivePki>
{
    private const X509KeyUsageFlags CaUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    [SkippableTheory]

    // good
    [InlineData("client", CertificatePurpose.Client, null)]
    [InlineData("client", CertificatePurpose.Any, null)]
    [InlineData("server", CertificatePurpose.Server, null)]
    [InlineData("no extended key usage", CertificatePurpose.Client, null)]
    [InlineData("no extended key usage", CertificatePurpose.Server, null)]
    [InlineData("intermediate", CertificatePurpose.Any, null)]

    // dates
    [InlineData("expired", CertificatePurpose.Client, FindingId.CertificateExpired)]
    [InlineData("not yet valid", CertificatePurpose.Client, FindingId.CertificateNotYetValid)]
    [InlineData("below an expired intermediate", CertificatePurpose.Client, FindingId.CertificateExpired)]
    [InlineData("below an expired root", CertificatePurpose.Client, FindingId.CertificateExpired)]

    // chain
    [InlineData("other CA", CertificatePurpose.Client, FindingId.RootNotTrusted)]
    [InlineData("other CA, root not sent", CertificatePurpose.Client, FindingId.IssuerNotFound)]
    [InlineData("self-signed", CertificatePurpose.Client, FindingId.RootNotTrusted)]
    [InlineData("impostor", CertificatePurpose.Client, FindingId.IssuerKeyDiffers)]
    [InlineData("impostor without key identifiers", CertificatePurpose.Client, FindingId.SignatureInvalid)]
    [InlineData("no intermediate", CertificatePurpose.Client, FindingId.IssuerNotFound)]
    [InlineData("damaged signature", CertificatePurpose.Client, FindingId.SignatureInvalid)]
    [InlineData("damaged intermediate", CertificatePurpose.Client, FindingId.SignatureInvalid)]
    [InlineData("path length exceeded", CertificatePurpose.Client, FindingId.IssuerMayNotSign)]
    [InlineData("issued by a client", CertificatePurpose.Client, FindingId.IssuerMayNotSign)]
    [InlineData("issued without keyCertSign", CertificatePurpose.Client, FindingId.IssuerMayNotSign)]
    [InlineData("unknown critical extension", CertificatePurpose.Client, FindingId.ChainInvalid)]

    // purpose
    [InlineData("server", CertificatePurpose.Client, FindingId.WrongPurpose)]
    [InlineData("client", CertificatePurpose.Server, FindingId.WrongPurpose)]
    [InlineData("code signer", CertificatePurpose.Client, FindingId.WrongPurpose)]
    [InlineData("no digital signature", CertificatePurpose.Client, FindingId.WrongPurpose)]
    [InlineData("below a servers' CA", CertificatePurpose.Client, FindingId.WrongPurpose)]
    [InlineData("root", CertificatePurpose.Client, FindingId.WrongPurpose)]
    [InlineData("root", CertificatePurpose.Server, FindingId.WrongPurpose)]
    public void Causes(string kind, CertificatePurpose purpose, FindingId? expected)
    {
        var (certificate, trusted) = Case(kind);

        var report = CertificateVerifier.Verify(certificate, new VerificationOptions { TrustedCas = [trusted], Purpose = purpose });

        Assert.Equal(expected is null, report.Success);
        if (expected is null)
            Assert.Empty(report.Findings);
        else
            Assert.Contains(expected.Value, report.Findings.Select(finding => finding.Id));
        Assert.All(report.Findings, finding => Assert.True(finding.Cause.Length > 0 && finding.Remedy.Length > 0));
        AssertOpenSslAgrees(certificate, trusted, expected is null, purpose switch { CertificatePurpose.Client => ["-purpose", "sslclient"], CertificatePurpose.Server => ["-purpose", "sslserver"], _ => [] });
    }

    [SkippableTheory]
    [InlineData("localhost", true, true)]
    [InlineData("LOCALHOST", true, true)]
    [InlineData("other.example.com", false, false)]
    [InlineData("localhost.example.com", false, false)]
    public void Hosts(string host, bool good, bool goodForOpenSsl)
    {
        var report = CertificateVerifier.Verify(pki.Server, new VerificationOptions { TrustedCas = [pki.ServerRoot.Certificate], Purpose = CertificatePurpose.Server, HostName = host });

        Assert.Equal(good, report.Success);
        if (!good)
            Assert.Equal(FindingId.HostNameMismatch, Assert.Single(report.Findings).Id);
        AssertOpenSslAgrees(pki.Server, pki.ServerRoot.Certificate, goodForOpenSsl, ["-purpose", "sslserver", "-verify_hostname", host]);
    }

    [Fact]
    public void A_common_name_is_no_host_name()
    {
        var root = Forge.Sign("CN=root", algorithm: KeyAlgorithm.EcdsaP384, extensions: [Forge.Ca(), Forge.Usage(CaUsage)]);
        var leaf = Forge.Sign("CN=localhost", root, extensions: [Forge.Purposes(MtlsCertificate.ServerAuthOid)]);

        var finding = Assert.Single(CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [root], HostName = "localhost", Purpose = CertificatePurpose.Server }).Findings);

        Assert.Equal(FindingId.HostNameMismatch, finding.Id);
        Assert.Contains("no subject alternative name at all", finding.Cause, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Any_day_can_be_asked_about()
    {
        var certificate = LivePki.Issue("dated", pki.ClientInter, CertificateProfile.Client, from: 0);
        var root = pki.ClientRoot.Certificate;

        // The last second itself is left out: RFC 5280 includes it, OpenSSL does not.
        foreach (var (asOf, expected) in new (DateTimeOffset, FindingId?)[]
        {
            (certificate.NotBefore.AddSeconds(-1), FindingId.CertificateNotYetValid),
            (certificate.NotBefore, null),
            (certificate.NotBefore.AddSeconds(1), null),
            (certificate.NotAfter.AddSeconds(-1), null),
            (certificate.NotAfter.AddSeconds(1), FindingId.CertificateExpired),
            (root.NotAfter.AddYears(1).ToOffset(TimeSpan.FromHours(5)), FindingId.CertificateExpired),
            (root.NotBefore.AddYears(-1), FindingId.CertificateNotYetValid),
        })
        {
            var report = CertificateVerifier.Verify(certificate, new VerificationOptions { TrustedCas = [root], AsOf = asOf, Purpose = CertificatePurpose.Client });

            Assert.True(expected == report.Findings.Select(finding => (FindingId?)finding.Id).Distinct().SingleOrDefault(), $"{asOf:O}: {report}");
            Assert.Equal((expected is null, asOf, TimeSpan.Zero), (report.IsTimeValid, report.AsOf, report.AsOf.Offset));
            AssertOpenSslAgrees(certificate, root, expected is null, ["-attime", asOf.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)]);
        }
    }

    [Fact]
    public void Now_is_the_clock_s()
    {
        var clock = ManualTimeProvider.At("2050-01-01T00:00:00Z");

        var report = CertificateVerifier.Verify(pki.Client, new VerificationOptions { TrustedCas = [pki.ClientRoot.Certificate] }, clock);

        Assert.Equal((clock.Now, FindingId.CertificateExpired), (report.AsOf, report.Findings[0].Id));
    }

    [Fact]
    public void The_chain_is_shown_leaf_first()
    {
        var report = CertificateVerifier.Verify(pki.Client, new VerificationOptions { TrustedCas = [pki.ClientRoot.Certificate] });

        Assert.Equal([(0, "client", "Ok"), (1, "Client Inter", "Ok"), (2, "Client Root", "Ok")], report.Chain.Select(link => (link.Level, link.Name, link.Status)));
        Assert.Equal("client: ok", report.ToString());
    }

    [Fact]
    public void Intermediates_help_and_are_not_trusted()
    {
        var leaf = pki.ClientWithoutChain;
        var inter = pki.ClientInter.Certificate.WithChain([]);

        Assert.True(CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [pki.ClientRoot.Certificate], Intermediates = [inter] }).Success);
        Assert.Equal(FindingId.IssuerNotFound, Assert.Single(CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [pki.OtherRoot.Certificate], Intermediates = [inter] }).Findings).Id);
        Assert.Equal(FindingId.RootNotTrusted, Assert.Single(CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [pki.OtherRoot.Certificate], Intermediates = [inter, pki.ClientRoot.Certificate] }).Findings).Id);
        Assert.False(CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [], Intermediates = [inter, pki.ClientRoot.Certificate] }).Success);
    }

    [Fact]
    public void The_system_does_not_trust_a_CA_of_our_own()
    {
        var report = CertificateVerifier.Verify(pki.Client, new VerificationOptions());

        Assert.Equal(FindingId.RootNotTrusted, Assert.Single(report.Findings).Id);
        Assert.Contains("of this system", report.Findings[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_faults_are_all_told()
    {
        var report = CertificateVerifier.Verify(pki.ClientOf("expired")!, new VerificationOptions { TrustedCas = [pki.OtherRoot.Certificate], Purpose = CertificatePurpose.Server, HostName = "localhost" });

        Assert.Equal([FindingId.CertificateExpired, FindingId.RootNotTrusted, FindingId.WrongPurpose, FindingId.HostNameMismatch], report.Findings.Select(finding => finding.Id).Distinct().Order());
    }

    private (MtlsCertificate Certificate, MtlsCertificate Trusted) Case(string kind)
    {
        var trusted = pki.ClientRoot.Certificate;
        var root = Forge.Sign("CN=forged root", algorithm: KeyAlgorithm.EcdsaP384, extensions: [Forge.Ca(), Forge.Usage(CaUsage)]);
        var asClient = Forge.Purposes(MtlsCertificate.ClientAuthOid);
        MtlsCertificate Inter(int? pathLength = null, string name = "CN=forged inter", MtlsCertificate? issuer = null, int to = 30, params X509Extension[] more) =>
            Forge.Sign(name, issuer ?? root, KeyAlgorithm.EcdsaP521, to: to, extensions: [Forge.Ca(pathLength), Forge.Usage(CaUsage), .. more]);
        MtlsCertificate Leaf(MtlsCertificate issuer, params X509Extension[] extensions) => Forge.Sign("CN=forged", issuer, extensions: [Forge.Ca(isCa: false), .. extensions.Length > 0 ? extensions : [Forge.Usage(X509KeyUsageFlags.DigitalSignature), asClient]]);

        switch (kind)
        {
            case "client":
                return (pki.Client, trusted);
            case "server":
                return (pki.Server, pki.ServerRoot.Certificate);
            case "intermediate":
                return (pki.ClientInter.Certificate, trusted);
            case "root":
                return (trusted, trusted);
            case "other CA, root not sent":
                return (pki.ClientOf("other CA")!.WithChain([]), trusted);
            case "no extended key usage":
                return (Leaf(root, Forge.Usage(X509KeyUsageFlags.DigitalSignature)), root);
            case "below an expired intermediate":
                return (Leaf(Inter(to: -1)), root);
            case "below an expired root":
                var old = Forge.Sign("CN=old root", algorithm: KeyAlgorithm.EcdsaP384, to: -1, extensions: [Forge.Ca(), Forge.Usage(CaUsage)]);
                return (Leaf(old), old);
            case "impostor without key identifiers":
                var impostor = Forge.Sign("CN=forged root", algorithm: KeyAlgorithm.EcdsaP521, extensions: [Forge.Ca(), Forge.Usage(CaUsage)]);
                return (Forge.Sign("CN=forged", impostor, linked: false, extensions: [asClient]).WithChain([]), root);
            case "damaged signature":
                return (Forge.Damage(Leaf(root)), root);
            case "damaged intermediate":
                var inter = Inter();
                return (Leaf(inter).WithChain([Forge.Damage(inter), root]), root);
            case "path length exceeded":
                var upper = Inter(pathLength: 0);
                return (Leaf(Inter(name: "CN=forged lower", issuer: upper)), root);
            case "issued by a client":
                return (Forge.Sign("CN=forged child", Leaf(root), KeyAlgorithm.EcdsaP521, extensions: [asClient]), root);
            case "issued without keyCertSign":
                var muted = Forge.Sign("CN=muted", root, KeyAlgorithm.EcdsaP521, extensions: [Forge.Ca(), Forge.Usage(X509KeyUsageFlags.DigitalSignature)]);
                return (Leaf(muted), root);
            case "unknown critical extension":
                return (Leaf(root, asClient, new X509Extension("1.2.3.4.5", [5, 0], critical: true)), root);
            case "code signer":
                return (Leaf(root, Forge.Purposes("1.3.6.1.5.5.7.3.3")), root);
            case "no digital signature":
                return (Leaf(root, Forge.Usage(X509KeyUsageFlags.KeyEncipherment), asClient), root);
            case "below a servers' CA":
                return (Leaf(Inter(more: Forge.Purposes(MtlsCertificate.ServerAuthOid))), root);
            default:
                return (pki.ClientOf(kind)!, trusted);
        }
    }

    private void AssertOpenSslAgrees(MtlsCertificate certificate, MtlsCertificate trusted, bool good, string[] arguments)
    {
        var openssl = Peer.Require("openssl");
        var name = Guid.NewGuid().ToString("N");
        string[] untrusted = certificate.Chain.Count == 0 ? [] : ["-untrusted", pki.Save(name + ".chain", [.. certificate.Chain])];

        var result = openssl.Try(["verify", "-x509_strict", "-no-CApath", "-no-CAstore", .. arguments, "-CAfile", pki.Save(name + ".ca", trusted), .. untrusted, pki.Save(name + ".crt", certificate)]);

        Assert.True(good == (result.ExitCode == 0), result.All);
    }
}

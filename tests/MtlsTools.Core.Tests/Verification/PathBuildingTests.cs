using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Verification;

/// <summary>The search for a path: alternatives, unusual anchors, bundles that are made to be large, and what the platform says beside it.</summary>
public sealed class PathBuildingTests
{
    private const X509KeyUsageFlags CaUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    private static MtlsCertificate Ca(string name, MtlsCertificate? issuer = null, KeyAlgorithm algorithm = KeyAlgorithm.EcdsaP384, int to = 30, int? pathLength = null) =>
        Forge.Sign(name, issuer, algorithm, to: to, extensions: [Forge.Ca(pathLength), Forge.Usage(CaUsage)]);

    private static MtlsCertificate Leaf(MtlsCertificate issuer, string name = "CN=leaf", int to = 30) =>
        Forge.Sign(name, issuer, to: to, extensions: [Forge.Ca(isCa: false), Forge.Usage(X509KeyUsageFlags.DigitalSignature), Forge.Purposes(MtlsCertificate.ClientAuthOid)]);

    [Fact]
    public void A_valid_path_is_found_behind_expired_and_untrusted_ones()
    {
        var root = Ca("CN=root");
        var stranger = Ca("CN=stranger", algorithm: KeyAlgorithm.Rsa2048);
        var good = Ca("CN=inter", root, KeyAlgorithm.EcdsaP521, to: 20);
        var expired = Ca("CN=inter", root, KeyAlgorithm.EcdsaP521, to: -1);
        var elsewhere = Ca("CN=inter", stranger, KeyAlgorithm.EcdsaP521, to: 90);
        var leaf = Leaf(good).WithChain([]);

        foreach (var bundle in new MtlsCertificate[][] { [expired, elsewhere, good], [good, elsewhere, expired], [elsewhere, stranger, expired, good] })
        {
            var report = CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [root], Intermediates = bundle, Purpose = CertificatePurpose.Client });

            Assert.True(report.Success, report.ToString());
            Assert.Equal([leaf, good, root], report.Chain.Select(link => link.Certificate));
        }
    }

    [Fact]
    public void An_intermediate_may_be_trusted_and_the_platform_says_no()
    {
        var root = Ca("CN=root");
        var inter = Ca("CN=inter", root, KeyAlgorithm.EcdsaP521).WithChain([]);
        var leaf = Leaf(inter).WithChain([]);

        var report = CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [inter] });

        Assert.True(report.Success);
        Assert.Equal(["leaf", "inter"], report.Chain.Select(link => link.Name));
        Assert.False(report.PlatformVerdict.Success);
        Assert.Contains("self-signed roots alone", report.PlatformVerdict.ToString(), StringComparison.Ordinal);
        var difference = Assert.Single(report.Findings);
        Assert.Equal((FindingId.PlatformDiffers, FindingSeverity.Warning), (difference.Id, difference.Severity));

        // Where the root is trusted too, the path goes on to it, and both agree.
        var whole = CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [inter, root] });
        Assert.Equal(3, whole.Chain.Count);
        Assert.Empty(whole.Findings);
    }

    [Fact]
    public void The_platform_accepts_what_we_refuse_and_that_is_told()
    {
        var root = Ca("CN=root");
        var leaf = Forge.Sign("CN=leaf", root, extensions: [Forge.Ca(isCa: false), Forge.Usage(X509KeyUsageFlags.KeyAgreement), Forge.Purposes(MtlsCertificate.ClientAuthOid)]);

        var report = CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [root], Purpose = CertificatePurpose.Client });

        Assert.False(report.Success);
        Assert.True(report.PlatformVerdict.Success);
        Assert.Equal([FindingId.WrongPurpose, FindingId.PlatformDiffers], report.Findings.Select(finding => finding.Id));
        Assert.Contains("WrongPurpose", report.Findings[1].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_self_signed_leaf_is_good_where_it_is_trusted_itself()
    {
        var leaf = Forge.Sign("CN=me", extensions: [Forge.Ca(isCa: false), Forge.Usage(X509KeyUsageFlags.DigitalSignature), Forge.Purposes(MtlsCertificate.ClientAuthOid)]);
        var options = new VerificationOptions { TrustedCas = [leaf], Purpose = CertificatePurpose.Client };

        Assert.True(CertificateVerifier.Verify(leaf, options).Success);
        Assert.False(CertificateVerifier.Verify(leaf, options with { Purpose = CertificatePurpose.Server }).Success);
        Assert.False(CertificateVerifier.Verify(leaf, options with { AsOf = leaf.NotAfter.AddSeconds(1) }).Success);
        Assert.False(CertificateVerifier.Verify(leaf, options with { TrustedCas = [Ca("CN=me")] }).Success);
    }

    [Fact]
    public void A_bundle_full_of_namesakes_and_loops_ends_in_bounded_time()
    {
        var root = Ca("CN=root");
        var leaf = Leaf(Ca("CN=0", root, KeyAlgorithm.EcdsaP521)).WithChain([]);

        // A mesh without a way out: eight names, each certified by every other; and namesakes by the hundred.
        var nodes = Enumerable.Range(0, 8).Select(number => Ca($"CN={number}", algorithm: KeyAlgorithm.EcdsaP521)).ToList();
        var mesh = nodes.SelectMany(subject => nodes.Where(issuer => issuer != subject).Select(issuer => Ca(subject.Subject.ToString(), issuer, KeyAlgorithm.EcdsaP521))).ToList();
        var cheap = Ca("CN=cheap", algorithm: KeyAlgorithm.EcdsaP256);
        var namesakes = Enumerable.Range(0, 270).Select(_ => Ca("CN=0", cheap, KeyAlgorithm.EcdsaP256)).ToList();

        var clock = Stopwatch.StartNew();
        var report = CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [Ca("CN=elsewhere")], Intermediates = [.. mesh, .. namesakes] });
        clock.Stop();

        Assert.False(report.Success);
        Assert.Contains(FindingId.ChainTooComplex, report.Findings.Select(finding => finding.Id));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), clock.Elapsed.ToString());
    }

    [Fact]
    public void Self_issued_and_self_signed_are_told_apart()
    {
        var root = Ca("CN=same");
        var leaf = Leaf(root, "CN=same");

        var report = CertificateVerifier.Verify(leaf, new VerificationOptions { TrustedCas = [root], Purpose = CertificatePurpose.Client });

        Assert.True(report.Success);
        Assert.Contains(report.Findings, finding => finding is { Id: FindingId.LooksSelfSigned, Severity: FindingSeverity.Warning });
    }

    [Fact]
    public void Time_left_counts_for_everything_in_the_chain()
    {
        var root = Ca("CN=root", to: 90);
        var inter = Ca("CN=inter", root, KeyAlgorithm.EcdsaP521, to: 40);
        var leaf = Leaf(inter, to: 30);
        var options = new VerificationOptions { TrustedCas = [root] };

        Assert.Empty(CertificateVerifier.Verify(leaf, options with { MinimumRemaining = TimeSpan.FromDays(29) }).Findings);
        var some = CertificateVerifier.Verify(leaf, options with { MinimumRemaining = TimeSpan.FromDays(60) });
        Assert.False(some.Success);
        Assert.Equal([(FindingId.EndsSoon, true), (FindingId.EndsSoon, true)], some.Findings.Select((finding, index) => (finding.Id, finding.Cause.StartsWith(index == 0 ? "'leaf'" : "'inter'", StringComparison.Ordinal))));
        Assert.Equal(3, CertificateVerifier.Verify(leaf, options with { MinimumRemaining = TimeSpan.FromDays(91) }).Findings.Count);
    }

    [Fact]
    public void One_verifier_judges_many_certificates()
    {
        var root = Ca("CN=root");
        var inter = Ca("CN=inter", root, KeyAlgorithm.EcdsaP521);
        var verifier = CertificateVerifier.Create(new VerificationOptions { TrustedCas = [root], Intermediates = [inter], Purpose = CertificatePurpose.Client });

        for (var i = 0; i < 20; i++)
            Assert.Equal(i % 2 == 0, verifier.Verify(i % 2 == 0 ? Leaf(inter).WithChain([]) : Forge.Damage(Leaf(inter).WithChain([]))).Success);
    }

    [SkippableTheory]
    [InlineData("32", "sha256")]
    [InlineData("20", "sha256")]
    [InlineData("0", "sha256")]
    [InlineData("max", "sha256")]
    [InlineData("11", "sha512")]
    public void RSA_PSS_signatures_of_any_salt_length(string salt, string hash)
    {
        var openssl = Peer.Require("openssl");
        using var folder = new TemporaryFolder();
        SharedKeys.Of(KeyAlgorithm.Rsa2048).Save(folder.At("ca.key"), overwrite: false);
        openssl.Run("req", "-x509", "-new", "-key", folder.At("ca.key"), "-subj", "/CN=PSS CA", "-addext", "keyUsage=critical,keyCertSign", "-out", folder.At("ca.crt"));
        openssl.Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("leaf.key"), "-subj", "/CN=leaf", "-out", folder.At("leaf.csr"));
        openssl.Run("x509", "-req", "-in", folder.At("leaf.csr"), "-CA", folder.At("ca.crt"), "-CAkey", folder.At("ca.key"), "-set_serial", "77", "-" + hash, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:" + salt, "-out", folder.At("leaf.crt"));
        var leaf = CertificateReader.ReadFile(folder.At("leaf.crt"))[0];
        var options = new VerificationOptions { TrustedCas = CertificateReader.ReadFile(folder.At("ca.crt")) };

        Assert.True(CertificateVerifier.Verify(leaf, options).Success);
        Assert.Equal(FindingId.SignatureInvalid, CertificateVerifier.Verify(Forge.Damage(leaf), options).Findings[0].Id);
    }

    [SkippableTheory]
    [InlineData("ed25519")]
    [InlineData("ed448")]
    public void What_can_not_be_checked_is_never_a_yes(string algorithm)
    {
        var openssl = Peer.Require("openssl");
        using var folder = new TemporaryFolder();
        openssl.Run("req", "-x509", "-newkey", algorithm, "-nodes", "-keyout", folder.At("ca.key"), "-subj", "/CN=Ed CA", "-addext", "keyUsage=critical,keyCertSign", "-out", folder.At("ca.crt"));
        openssl.Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("leaf.key"), "-subj", "/CN=leaf", "-out", folder.At("leaf.csr"));
        openssl.Run("x509", "-req", "-in", folder.At("leaf.csr"), "-CA", folder.At("ca.crt"), "-CAkey", folder.At("ca.key"), "-set_serial", "78", "-out", folder.At("leaf.crt"));

        var report = CertificateVerifier.Verify(CertificateReader.ReadFile(folder.At("leaf.crt"))[0], new VerificationOptions { TrustedCas = CertificateReader.ReadFile(folder.At("ca.crt")) });

        Assert.False(report.Success);
        Assert.Equal(FindingId.AlgorithmNotSupported, report.Findings[0].Id);
        Assert.Contains(algorithm, report.Findings[0].Cause, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableTheory]
    [InlineData("rsa:1024", "1024 bits")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:prime192v1", "192 bits")]
    public void Weak_keys_are_refused(string newKey, string cause)
    {
        var openssl = Peer.Require("openssl");
        using var folder = new TemporaryFolder();
        openssl.Run(["req", "-x509", "-newkey", .. newKey.Split(' '), "-nodes", "-keyout", folder.At("weak.key"), "-subj", "/CN=weak", "-out", folder.At("weak.crt")]);
        var weak = CertificateReader.ReadFile(folder.At("weak.crt"))[0];

        var finding = Assert.Single(CertificateVerifier.Verify(weak, new VerificationOptions { TrustedCas = [weak] }).Findings, finding => finding.Id == FindingId.AlgorithmTooWeak);

        Assert.Contains(cause, finding.Cause, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Curves_by_their_own_equation_can_not_imitate_a_CA()
    {
        var openssl = Peer.Require("openssl");
        using var folder = new TemporaryFolder();
        openssl.Run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-param_enc", "explicit", "-out", folder.At("ca.key"));
        openssl.Run("req", "-x509", "-new", "-key", folder.At("ca.key"), "-subj", "/CN=odd CA", "-addext", "keyUsage=critical,keyCertSign", "-out", folder.At("ca.crt"));
        openssl.Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("leaf.key"), "-subj", "/CN=leaf", "-out", folder.At("leaf.csr"));
        openssl.Run("x509", "-req", "-in", folder.At("leaf.csr"), "-CA", folder.At("ca.crt"), "-CAkey", folder.At("ca.key"), "-set_serial", "79", "-out", folder.At("leaf.crt"));

        var report = CertificateVerifier.Verify(CertificateReader.ReadFile(folder.At("leaf.crt"))[0], new VerificationOptions { TrustedCas = CertificateReader.ReadFile(folder.At("ca.crt")) });

        Assert.Equal(FindingId.AlgorithmNotSupported, report.Findings[0].Id);
        Assert.False(report.PlatformVerdict.Success);
    }
}

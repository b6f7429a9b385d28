using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Extension;

namespace MtlsTools.Tests.Issuance;

/// <summary>What each profile puts into a certificate, field by field, as BouncyCastle reads it.</summary>
public sealed class ProfileDefaultsTests : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const int CertSign = KeyUsage.KeyCertSign | KeyUsage.CrlSign;

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:34:56.789Z");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(CertificateProfile.Server, KeyAlgorithm.EcdsaP256, KeyUsage.DigitalSignature, ServerAuth)]
    [InlineData(CertificateProfile.Client, KeyAlgorithm.EcdsaP256, KeyUsage.DigitalSignature, ClientAuth)]
    [InlineData(CertificateProfile.Peer, KeyAlgorithm.EcdsaP256, KeyUsage.DigitalSignature, ServerAuth + " " + ClientAuth)]
    // keyEncipherment is for RSA keys of servers
    [InlineData(CertificateProfile.Server, KeyAlgorithm.Rsa2048, KeyUsage.DigitalSignature | KeyUsage.KeyEncipherment, ServerAuth)]
    [InlineData(CertificateProfile.Client, KeyAlgorithm.Rsa2048, KeyUsage.DigitalSignature, ClientAuth)]
    [InlineData(CertificateProfile.Peer, KeyAlgorithm.Rsa2048, KeyUsage.DigitalSignature | KeyUsage.KeyEncipherment, ServerAuth + " " + ClientAuth)]
    public void Leaves(CertificateProfile profile, KeyAlgorithm algorithm, int usage, string purposes)
    {
        var root = TestAuthority.Create(folder, "root", clock);

        var read = Read(root.Issue(profile, TestAuthority.Request(algorithm: algorithm)));

        Assert.Equal(-1, read.GetBasicConstraints());
        Assert.Equal(usage, Usage(read));
        Assert.Equal(purposes.Split(' '), read.GetExtendedKeyUsage().Cast<string>());
        Assert.Equal(new DateTime(2026, 3, 1, 12, 29, 56), read.NotBefore);
        Assert.Equal(new DateTime(2026, 5, 30, 12, 34, 56), read.NotAfter);
        Assert.Equal(["2.5.29.15", "2.5.29.19"], read.GetCriticalExtensionOids().Cast<string>().Order());
        Assert.Equal(
            profile == CertificateProfile.Client ? ["2.5.29.14", "2.5.29.35", "2.5.29.37"] : ["2.5.29.14", "2.5.29.17", "2.5.29.35", "2.5.29.37"],
            read.GetNonCriticalExtensionOids().Cast<string>().Order());
        Assert.Equal(SubjectKeyId(Read(root.Certificate)), AuthorityKeyId(read));
        read.Verify(Read(root.Certificate).GetPublicKey());
    }

    [Fact]
    public void A_root()
    {
        var root = CertificateAuthority.Create(folder.At("root"), new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Root") }, clock);

        var read = Read(root.Certificate);

        Assert.Equal(("ECDSA P-384", CertificateRole.RootCa), (root.Certificate.PublicKey.ToString(), root.Role));
        Assert.Equal(int.MaxValue, read.GetBasicConstraints());
        Assert.Equal(CertSign, Usage(read));
        Assert.Null(read.GetExtendedKeyUsage());
        Assert.Equal(new DateTime(2026, 3, 1, 12, 29, 56), read.NotBefore);
        Assert.Equal(new DateTime(2036, 3, 1, 12, 34, 56), read.NotAfter);
        Assert.Equal(["2.5.29.15", "2.5.29.19"], read.GetCriticalExtensionOids().Cast<string>().Order());
        Assert.Equal(["2.5.29.14", "2.5.29.35"], read.GetNonCriticalExtensionOids().Cast<string>().Order());
        Assert.Equal(SubjectKeyId(read), AuthorityKeyId(read));
        Assert.Equal("SHA-384withECDSA", read.SigAlgName);
    }

    [Fact]
    public void An_intermediate()
    {
        var root = TestAuthority.Create(folder, "root", clock);
        var inter = CertificateAuthority.Create(folder.At("inter"), new AuthorityOptions { Subject = DistinguishedName.Parse("CN=Inter"), Issuer = root }, clock);

        var read = Read(inter.Certificate);

        Assert.Equal(("ECDSA P-384", CertificateRole.IntermediateCa), (inter.Certificate.PublicKey.ToString(), inter.Role));
        Assert.Equal(0, read.GetBasicConstraints());
        Assert.Equal(CertSign | KeyUsage.DigitalSignature, Usage(read));
        Assert.Null(read.GetExtendedKeyUsage());
        Assert.Equal(new DateTime(2031, 3, 1, 12, 34, 56), read.NotAfter);
        Assert.Equal(["2.5.29.15", "2.5.29.19"], read.GetCriticalExtensionOids().Cast<string>().Order());
        Assert.Equal(SubjectKeyId(Read(root.Certificate)), AuthorityKeyId(read));
        Assert.Equal("SHA-256withECDSA", read.SigAlgName);
    }

    [Theory]
    [InlineData(KeyAlgorithm.EcdsaP256, "SHA-256withECDSA")]
    [InlineData(KeyAlgorithm.EcdsaP384, "SHA-384withECDSA")]
    [InlineData(KeyAlgorithm.EcdsaP521, "SHA-512withECDSA")]
    [InlineData(KeyAlgorithm.Rsa2048, "SHA-256withRSA")]
    public void The_hash_fits_the_issuers_key(KeyAlgorithm algorithm, string expected)
    {
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with { KeyAlgorithm = algorithm });

        Assert.Equal(expected, Read(root.Certificate).SigAlgName);
        Assert.Equal(expected, Read(root.Issue(CertificateProfile.Client)).SigAlgName);
    }

    [Theory]
    [InlineData(CertificateProfile.Root, KeyAlgorithm.EcdsaP384, 3653)]
    [InlineData(CertificateProfile.Intermediate, KeyAlgorithm.EcdsaP384, 1826)]
    [InlineData(CertificateProfile.Server, KeyAlgorithm.EcdsaP256, 90)]
    [InlineData(CertificateProfile.Client, KeyAlgorithm.EcdsaP256, 90)]
    [InlineData(CertificateProfile.Peer, KeyAlgorithm.EcdsaP256, 90)]
    public void The_rules_tell_key_and_lifetime(CertificateProfile profile, KeyAlgorithm algorithm, int days)
    {
        var rules = IssuanceProfile.Of(profile);

        Assert.Equal((algorithm, days), (rules.KeyAlgorithm, rules.Days));
    }

    private static X509Certificate Read(MtlsCertificate certificate) => new X509CertificateParser().ReadCertificate(certificate.X509.RawData);

    private static int Usage(X509Certificate certificate) =>
        KeyUsage.GetInstance(X509ExtensionUtilities.FromExtensionValue(certificate.GetExtensionValue(X509Extensions.KeyUsage))).IntValue;

    private static string SubjectKeyId(X509Certificate certificate) =>
        Convert.ToHexString(SubjectKeyIdentifier.GetInstance(X509ExtensionUtilities.FromExtensionValue(certificate.GetExtensionValue(X509Extensions.SubjectKeyIdentifier))).GetKeyIdentifier());

    private static string AuthorityKeyId(X509Certificate certificate) =>
        Convert.ToHexString(AuthorityKeyIdentifier.GetInstance(X509ExtensionUtilities.FromExtensionValue(certificate.GetExtensionValue(X509Extensions.AuthorityKeyIdentifier))).GetKeyIdentifier());
}

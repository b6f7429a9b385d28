using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Certificates;

public sealed class MtlsCertificateTests(OpenSslPki pki) : IClassFixture<OpenSslPki>
{
    [SkippableTheory]
    [InlineData("-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth", CertificateRole.Server)]
    [InlineData("-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth", CertificateRole.Client)]
    [InlineData("-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth,serverAuth", CertificateRole.Peer)]
    [InlineData("-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=anyExtendedKeyUsage", CertificateRole.Peer)]
    [InlineData("-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=codeSigning", CertificateRole.Other)]
    [InlineData("-addext basicConstraints=critical,CA:FALSE", CertificateRole.AnyPurpose)]
    [InlineData("-addext basicConstraints=critical,CA:TRUE", CertificateRole.RootCa)]
    [InlineData("-addext basicConstraints=critical,CA:TRUE -CA {root.crt} -CAkey {root.key}", CertificateRole.IntermediateCa)]
    public void Tells_the_role(string options, CertificateRole role)
    {
        pki.OpenSsl.Run(["req", "-x509", "-key", pki.LeafKey, "-subj", "/CN=x", .. options.Split(' ').Select(part => part is ['{', .. var name, '}'] ? pki.At(name) : part), "-out", pki.At("role.crt")]);

        var read = CertificateReader.ReadFile(pki.At("role.crt"))[0];

        Assert.Equal((role, $"x ({role})"), (read.Role, read.ToString()));
    }

    [SkippableTheory]
    [InlineData("critical,keyCertSign", true)]
    [InlineData("critical,cRLSign", false)]
    public void A_CA_may_sign_unless_its_key_usage_says_no(string usage, bool expected)
    {
        pki.OpenSsl.Run("req", "-x509", "-key", pki.LeafKey, "-subj", "/CN=x", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=" + usage, "-out", pki.At("usage.crt"));

        Assert.Equal(expected, CertificateReader.ReadFile(pki.At("usage.crt"))[0].CanSignCertificates);
        Assert.True(CertificateReader.ReadFile(pki.Root)[0].CanSignCertificates);
        Assert.False(CertificateReader.ReadFile(pki.Leaf)[0].CanSignCertificates);
    }

    [SkippableFact]
    public void Equal_names_do_not_make_a_certificate_self_signed()
    {
        pki.OpenSsl.Run("req", "-x509", "-key", pki.LeafKey, "-subj", "/O=Acme/CN=Root", "-CA", pki.Root, "-CAkey", pki.At("root.key"), "-out", pki.At("twin.crt"));

        var twin = CertificateReader.ReadFile(pki.At("twin.crt"))[0];

        Assert.Equal(twin.Subject, twin.Issuer);
        Assert.False(twin.IsSelfSigned);
        Assert.True(CertificateReader.ReadFile(pki.Root)[0].IsSelfSigned);
    }

    [Theory]
    // the end is 2026-04-01T00:00:00Z
    [InlineData("2026-03-01T00:00:00Z", 31)]
    [InlineData("2026-03-31T00:00:00Z", 1)]
    [InlineData("2026-03-31T00:00:01Z", 0)]
    [InlineData("2026-04-01T00:00:00Z", 0)]
    [InlineData("2026-04-01T00:00:01Z", -1)]
    [InlineData("2026-04-03T00:00:00Z", -2)]
    public void Counts_whole_days_from_its_clock(string now, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.Parse("2026-01-01Z", null), DateTimeOffset.Parse("2026-04-01Z", null));

        var certificate = MtlsCertificate.Create(made, clock: ManualTimeProvider.At(now));

        Assert.Equal(days, certificate.DaysLeft);
        Assert.Equal(TimeSpan.Zero, certificate.NotAfter.Offset);
        Assert.Equal(days, certificate.At("elsewhere").WithChain([]).DaysLeft);
    }

    [SkippableFact]
    public void A_certificate_without_a_common_name_goes_by_its_first_alternative_name()
    {
        pki.OpenSsl.Run("req", "-x509", "-key", pki.LeafKey, "-subj", "/O=Acme", "-addext", "subjectAltName=DNS:a.example", "-out", pki.At("san.crt"));
        pki.OpenSsl.Run("req", "-x509", "-key", pki.LeafKey, "-subj", "/O=Acme", "-out", pki.At("o.crt"));

        Assert.Equal("a.example", CertificateReader.ReadFile(pki.At("san.crt"))[0].Name);
        Assert.Equal("O=Acme", CertificateReader.ReadFile(pki.At("o.crt"))[0].Name);
    }

    [SkippableFact]
    public void Equality_is_that_of_the_bytes()
    {
        _ = pki.OpenSsl;
        var (one, same, other) = (CertificateReader.ReadFile(pki.Leaf)[0], CertificateReader.ReadIdentity(pki.Leaf), CertificateReader.ReadFile(pki.Root)[0]);

        Assert.True(one.Equals((object)same));
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.False(one.Equals(other));
        Assert.False(one.Equals((object?)null));
    }

    [Fact]
    public void A_platform_certificate_that_brings_its_key_can_be_used_for_TLS()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stored = new CertificateRequest("CN=stored", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        var certificate = MtlsCertificate.Create(stored, PrivateKey.FromAlgorithm(stored.GetECDsaPrivateKey()!));

        Assert.False(certificate.X509.HasPrivateKey);
        using var usable = certificate.ToX509WithKey();
        Assert.True(usable.HasPrivateKey);
    }
}

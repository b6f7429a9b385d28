using System.Globalization;
using System.Numerics;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.X509;

namespace MtlsTools.Tests.Issuance;

public sealed class IssuedFieldsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:00:00Z");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Serial_numbers_are_positive_and_never_come_twice()
    {
        var serials = Enumerable.Range(0, 1000).Select(_ => SerialNumbers.Create()).ToList();

        Assert.All(serials, serial => Assert.True(new BigInteger(serial, isBigEndian: true) > BigInteger.One << 64 && serial.Length == 16));
        Assert.Equal(1000, serials.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory]
    // UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5)
    [InlineData("2049-12-31T23:59:59Z", typeof(DerUtcTime), "491231235959Z")]
    [InlineData("2050-01-01T00:00:00Z", typeof(DerGeneralizedTime), "20500101000000Z")]
    public void Times_change_their_type_in_2050(string notAfter, Type type, string indexed)
    {
        var end = DateTimeOffset.Parse(notAfter, CultureInfo.InvariantCulture);
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with { NotAfter = end });

        var issued = root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, NotAfter = end });

        var times = new X509CertificateParser().ReadCertificate(issued.X509.RawData).CertificateStructure;
        Assert.IsType<DerUtcTime>(times.StartDate.ToAsn1Object());
        Assert.IsType(type, times.EndDate.ToAsn1Object());
        Assert.Equal(end, issued.NotAfter);
        Assert.Contains($"\t{indexed}\t", "\t" + File.ReadAllText(folder.At("root", "index.txt")).Replace("V\t", "\t", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(end, Assert.Single(root.GetIssued()).NotAfter);
    }

    [Fact]
    public void A_given_lifetime_is_kept_to_the_second()
    {
        var root = TestAuthority.Create(folder, "root", clock);
        var (from, to) = (clock.Now.AddDays(1).AddMilliseconds(700), clock.Now.AddDays(2).AddMilliseconds(300));

        var byTime = root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, NotBefore = from, NotAfter = to, Days = 7 });
        var byDays = root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, Days = 7 });

        Assert.Equal((clock.Now.AddDays(1), clock.Now.AddDays(2)), (byTime.NotBefore, byTime.NotAfter));
        Assert.Equal((clock.Now.AddMinutes(-5), clock.Now.AddDays(7)), (byDays.NotBefore, byDays.NotAfter));
    }

    [Theory]
    // a common name that is a host name or an address is added for servers, once
    [InlineData(CertificateProfile.Server, "CN=api.example.com", "", "DNS:api.example.com")]
    [InlineData(CertificateProfile.Peer, "CN=api.example.com", "b.example.com", "DNS:b.example.com,DNS:api.example.com")]
    [InlineData(CertificateProfile.Server, "CN=API.example.com", "api.example.com", "DNS:api.example.com")]
    [InlineData(CertificateProfile.Server, "CN=*.example.com", "", "DNS:*.example.com")]
    [InlineData(CertificateProfile.Server, "CN=10.0.0.1", "", "IP:10.0.0.1")]
    [InlineData(CertificateProfile.Server, "CN=::1", "localhost", "DNS:localhost,IP:::1")]
    [InlineData(CertificateProfile.Server, "CN=The API server", "localhost", "DNS:localhost")]
    // clients are people and programs, not hosts
    [InlineData(CertificateProfile.Client, "CN=api.example.com", "", "")]
    [InlineData(CertificateProfile.Client, "CN=ann", "email:ann@example.org", "email:ann@example.org")]
    public void Alternative_names(CertificateProfile profile, string subject, string san, string expected)
    {
        var issued = TestAuthority.Create(folder, "root", clock).Issue(profile, TestAuthority.Request(subject, san));

        Assert.Equal(expected, string.Join(',', issued.San));
        Assert.Equal(subject, issued.Subject.ToString());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("CN=api", false)]
    public void Alternative_names_are_critical_without_a_subject(string subject, bool critical)
    {
        var issued = TestAuthority.Create(folder, "root", clock).Issue(CertificateProfile.Server, TestAuthority.Request(subject, "api.example.com"));

        Assert.Equal(critical, issued.X509.Extensions[AlternativeNames.Oid]!.Critical);
    }

    [Fact]
    public void The_order_overrides_the_wish()
    {
        var issued = TestAuthority.Create(folder, "root", clock).Issue(
            TestAuthority.Request("CN=wish", "wish.example.com"),
            new IssuanceOptions { Profile = CertificateProfile.Server, Subject = DistinguishedName.Parse("CN=order,O=x"), San = AlternativeNames.Parse(["order.example.com"]) });

        Assert.Equal("CN=order,O=x", issued.Subject.ToString());
        Assert.Equal("DNS:order.example.com,DNS:order", string.Join(',', issued.San));
    }

    [SkippableFact]
    public void A_request_for_a_CA_gets_what_the_profile_says()
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("k"), "-subj", "/CN=ann", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign", "-addext", "extendedKeyUsage=serverAuth,codeSigning", "-out", folder.At("r"));

        var issued = TestAuthority.Create(folder, "root", clock).Issue(CertificateProfile.Client, CertificateSigningRequest.Open(folder.At("r")));

        Assert.Equal((false, false, CertificateRole.Client), (issued.IsCa, issued.CanSignCertificates, issued.Role));
    }

    [SkippableFact]
    public void Urls_of_the_issuer_go_into_what_it_issues()
    {
        var openssl = Peer.Require("openssl");
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with
        {
            CrlUrls = ["http://crl.example.com/root.crl"],
            OcspUrls = ["http://ocsp.example.com/"],
            IssuerUrls = ["http://ca.example.com/root.crt"],
        });

        string Shown(string path) => openssl.Run("x509", "-in", path, "-noout", "-ext", "crlDistributionPoints,authorityInfoAccess").Output;
        var issued = Shown(root.Issue(CertificateProfile.Client).Path!);

        Assert.Contains("URI:http://crl.example.com/root.crl", issued, StringComparison.Ordinal);
        Assert.Contains("OCSP - URI:http://ocsp.example.com/", issued, StringComparison.Ordinal);
        Assert.Contains("CA Issuers - URI:http://ca.example.com/root.crt", issued, StringComparison.Ordinal);
        Assert.DoesNotContain("URI:", openssl.Try("x509", "-in", root.CertificatePath, "-noout", "-ext", "crlDistributionPoints,authorityInfoAccess").All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(825, false)]
    [InlineData(826, true)]
    public void A_long_life_draws_a_warning(int days, bool warned)
    {
        var warnings = new List<string>();
        var root = TestAuthority.Create(folder, "root", clock);

        root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Server, Days = days }, warnings.Add);

        Assert.Equal(warned ? 1 : 0, warnings.Count);
    }

    [Fact]
    public void The_key_of_a_request_made_here_stays_with_the_certificate()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var root = TestAuthority.Create(folder, "root", clock);

        var issued = root.Issue(CertificateProfile.Client, CertificateSigningRequest.Create(DistinguishedName.Parse("CN=ann"), [], key));

        Assert.Same(key, issued.PrivateKey);
        Assert.Equal([root.Certificate], issued.Chain);
        Assert.Equal(90, issued.DaysLeft);
    }
}

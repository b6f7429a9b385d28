using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Issuance;

/// <summary>What is refused, and that a refusal leaves no trace.</summary>
public sealed class IssuancePolicyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:00:00Z");

    public void Dispose() => folder.Dispose();

    [Theory]
    // names
    [InlineData("CN=The server", "", CertificateProfile.Server, ErrorCode.SanRequired)]
    [InlineData("CN=The peer", "", CertificateProfile.Peer, ErrorCode.SanRequired)]
    [InlineData("O=Acme", "", CertificateProfile.Server, ErrorCode.SanRequired)]
    public void Names_that_are_missing(string subject, string san, CertificateProfile profile, ErrorCode code) =>
        Refused<IssuanceException>(code, TestAuthority.Request(subject, san), new IssuanceOptions { Profile = profile });

    [Fact]
    public void Nobody() =>
        Refused<IssuanceException>(ErrorCode.SubjectMissing, TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, Subject = DistinguishedName.Empty, San = [] });

    [SkippableTheory]
    // a foreign request can hold what ours can not
    [InlineData("subjectAltName=DNS:10.0.0.1", "api", ErrorCode.IpAddressInDnsName)]
    [InlineData("subjectAltName=DNS:a b", "api", ErrorCode.NameInvalid)]
    [InlineData("subjectAltName=RID:1.2.3", "api", ErrorCode.NameInvalid)]
    public void Foreign_names(string san, string common, ErrorCode code) =>
        Refused<NameException>(code, OpenSslRequest("ec -pkeyopt ec_paramgen_curve:P-256", "/CN=" + common, san), new IssuanceOptions { Profile = CertificateProfile.Server });

    [Fact]
    public void A_long_common_name()
    {
        var name = new Org.BouncyCastle.Asn1.X509.X509Name("CN=" + new string('a', 65));
        var random = new Org.BouncyCastle.Security.SecureRandom();
        var generator = new Org.BouncyCastle.Crypto.Generators.ECKeyPairGenerator();
        generator.Init(new Org.BouncyCastle.Crypto.Parameters.ECKeyGenerationParameters(Org.BouncyCastle.Asn1.X9.X9ObjectIdentifiers.Prime256v1, random));
        var pair = generator.GenerateKeyPair();
        var request = CertificateSigningRequest.Parse(new Org.BouncyCastle.Pkcs.Pkcs10CertificationRequest("SHA256withECDSA", name, pair.Public, null, pair.Private).GetEncoded());

        Refused<IssuanceException>(ErrorCode.CommonNameTooLong, request, new IssuanceOptions { Profile = CertificateProfile.Client });
    }

    [SkippableTheory]
    [InlineData("rsa:1024")]
    [InlineData("rsa:2047")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:secp256k1")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:secp224r1")]
    [InlineData("ed25519")]
    public void Weak_keys(string key) =>
        Refused<IssuanceException>(ErrorCode.KeyTooWeak, OpenSslRequest(key, "/CN=api.example.com"), new IssuanceOptions { Profile = CertificateProfile.Server });

    [Fact]
    public void A_request_without_proof_of_its_key()
    {
        var der = TestAuthority.Request("CN=alice").Der.ToArray();
        "mallo"u8.CopyTo(der.AsSpan(der.AsSpan().IndexOf("alice"u8)));

        Refused<IssuanceException>(ErrorCode.RequestSignatureInvalid, CertificateSigningRequest.Parse(der), new IssuanceOptions { Profile = CertificateProfile.Client });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Lifetimes_that_are_none(int days) =>
        Refused<IssuanceException>(ErrorCode.LifetimeInvalid, TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, Days = days });

    [Fact]
    public void A_life_that_ends_before_it_begins() =>
        Refused<IssuanceException>(ErrorCode.LifetimeInvalid, TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, NotBefore = clock.Now.AddDays(2), NotAfter = clock.Now.AddDays(1) });

    [Fact]
    public void A_life_beyond_the_issuers() =>
        Refused<IssuanceException>(ErrorCode.LifetimeBeyondIssuer, TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, Days = 3654 });

    [Fact]
    public void A_life_beyond_the_issuers_is_shortened_when_allowed()
    {
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with { Days = 30 });

        var issued = root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, AllowClamp = true });

        Assert.Equal(root.NotAfter, issued.NotAfter);
    }

    [Fact]
    public void An_issuer_whose_life_is_over_shortens_nothing()
    {
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with { Days = 30 });
        clock.Now = clock.Now.AddDays(31);

        Assert.Equal(ErrorCode.LifetimeBeyondIssuer, Assert.Throws<IssuanceException>(() => root.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client, AllowClamp = true })).Code);
    }

    [Theory]
    // the issuer's path length, what is asked for, what comes out (null: no limit; -1: refused)
    [InlineData(null, null, 0)]
    [InlineData(null, 3, 3)]
    [InlineData(0, null, -1)]
    [InlineData(0, 0, -1)]
    [InlineData(1, null, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, -1)]
    [InlineData(2, 1, 1)]
    [InlineData(2, -1, -1)]
    [InlineData(null, -1, -1)]
    public void Path_lengths(int? limit, int? wanted, int expected)
    {
        var root = TestAuthority.Create(folder, "root", clock, change: options => options with { PathLength = limit });
        CertificateAuthority Intermediate() => TestAuthority.Create(folder, "inter", clock, root, options => options with { PathLength = wanted });

        if (expected >= 0)
            Assert.Equal((true, expected), Intermediate().Certificate.Content.BasicConstraints is { } made ? (made.PathLength.HasValue, made.PathLength ?? 0) : default);
        else
            Assert.Equal(ErrorCode.PathLengthExceeded, Assert.Throws<IssuanceException>(Intermediate).Code);
        Assert.Equal(expected >= 0, Directory.Exists(folder.At("inter")));
        Assert.Equal(expected >= 0 ? 1 : 0, root.GetIssued().Count());
    }

    [SkippableTheory]
    [InlineData("basicConstraints=critical,CA:FALSE")]
    [InlineData("basicConstraints=critical,CA:TRUE", "keyUsage=critical,cRLSign")]
    public void An_issuer_that_may_not_sign(params string[] extensions)
    {
        var openssl = Peer.Require("openssl");
        Directory.CreateDirectory(folder.At("ca", "private"));
        openssl.Run(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-days", "900", "-keyout", folder.At("ca", "private", "ca.key"), .. extensions.SelectMany(one => new[] { "-addext", one }), "-out", folder.At("ca", "ca.crt")]);
        File.WriteAllText(folder.At("ca", "index.txt"), "");

        var refused = Assert.Throws<IssuanceException>(() => CertificateAuthority.Open(folder.At("ca")).Issue(CertificateProfile.Client));

        Assert.Equal((ErrorCode.IssuerCannotSign, folder.At("ca", "ca.crt")), (refused.Code, refused.Path));
    }

    private CertificateSigningRequest OpenSslRequest(string key, string subject, string? extension = null)
    {
        Peer.Require("openssl").Run(["req", "-new", "-newkey", .. key.Split(' '), "-nodes", "-keyout", folder.At("k"), "-subj", subject, .. extension is null ? Array.Empty<string>() : ["-addext", extension], "-out", folder.At("r")]);
        return CertificateSigningRequest.Open(folder.At("r"));
    }

    private void Refused<T>(ErrorCode code, CertificateSigningRequest request, IssuanceOptions options)
        where T : MtlsException
    {
        var root = TestAuthority.Create(folder, "root", clock);

        Assert.Equal(code, Assert.Throws<T>(() => root.Issue(request, options)).Code);
        Assert.Empty(root.GetIssued());
        Assert.Empty(Directory.GetFiles(folder.At("root", "issued")));
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Policy;

/// <summary>For every rule on certificates one that breaks it and nothing else, and one that keeps it by a hair's breadth.</summary>
public sealed class CertificateRuleTests
{
    private const string BasicConstraints = "2.5.29.19", KeyUsage = "2.5.29.15", Purposes = "2.5.29.37", SubjectKeyId = "2.5.29.14", AuthorityKeyId = "2.5.29.35", CrlUrls = "2.5.29.31", Private = "1.3.6.1.4.1.55555.1";
    private const string NameOf64 = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456.test";

    /// <summary>The moment that the certificates' dates are counted from: a slow run must not outlast one that is minutes away.</summary>
    private static readonly PolicyOptions AtTheStart = new() { AsOf = RawCertificate.Now };

    private static readonly RawCertificate Server = RawCertificate.Server();
    private static readonly RawCertificate Client = RawCertificate.Client();
    private static readonly RawCertificate Inter = RawCertificate.Intermediate();

    private static readonly Dictionary<string, (Func<RawCertificate> Breaks, Func<RawCertificate> Keeps, string Value)> Cases = new()
    {
        // names
        ["SanMissing"] = (() => Server.Without(AlternativeNames.Oid), () => Server, "CN=api.example.com,O=Acme"),
        ["SubjectMissing"] = (() => Client with { Subject = "" }, () => (Client with { Subject = "" }).With(AlternativeNames.Oid, RawCertificate.San("a.example.com"), critical: true), "neither a subject nor"),
        ["SanNotCritical"] = (() => Server with { Subject = "" }, () => (Server with { Subject = "" }).With(AlternativeNames.Oid, RawCertificate.San("api.example.com"), critical: true), "DNS:api.example.com"),
        ["CommonNameTooLong"] = (() => Client.WithCommonName(NameOf64 + "s"), () => Client.WithCommonName(NameOf64), "65"),
        ["IpAddressInDnsName"] = (() => RawCertificate.Server("api.example.com", "10.0.0.1"), () => RawCertificate.Server("api.example.com", "10-0-0-1.example.com"), "10.0.0.1"),
        ["DnsNameInvalid"] = (() => RawCertificate.Server("api.example.com", "a b.example.com"), () => RawCertificate.Server("api.example.com", "a-b.example.com"), "a b.example.com"),
        ["DnsNameTrailingDot"] = (() => RawCertificate.Server("api.example.com", "b.example.com."), () => RawCertificate.Server("api.example.com", "b.example.com"), "b.example.com."),
        ["DnsNameUnderscore"] = (() => RawCertificate.Server("api.example.com", "a_b.example.com"), () => RawCertificate.Server("api.example.com", "ab.example.com"), "a_b.example.com"),
        ["WildcardInvalid"] = (() => RawCertificate.Server("api.example.com", "w*.example.com"), () => RawCertificate.Server("api.example.com", "*.example.com"), "w*.example.com"),
        ["WildcardTooBroad"] = (() => RawCertificate.Server("api.example.com", "*.com"), () => RawCertificate.Server("api.example.com", "*.example.com"), "*.com"),
        ["SanDuplicate"] = (() => RawCertificate.Server("api.example.com", "API.example.com"), () => RawCertificate.Server("api.example.com", "api2.example.com"), "api.example.com"),
        ["CommonNameNotInSan"] = (() => RawCertificate.Server("www.example.com"), () => RawCertificate.Server("www.example.com") with { Subject = "CN=The API,O=Acme" }, "api.example.com"),
        ["IpAddressOnlyInCommonName"] = (() => Server with { Subject = "CN=10.0.0.1" }, () => (Server with { Subject = "CN=10.0.0.1" }).With(AlternativeNames.ToExtension([AlternativeName.Ip("10.0.0.1")], false)), "10.0.0.1"),

        // keys
        ["KeyTooWeak"] = (() => Server with { PublicKey = Rsa(1024) }, () => Server with { Algorithm = KeyAlgorithm.Rsa2048 }, "RSA 1024"),
        ["KeyUncommon"] = (() => Server with { PublicKey = Brainpool() }, () => Server with { Algorithm = KeyAlgorithm.EcdsaP521 }, "curve not supported"),
        ["RsaExponentSmall"] = (() => Server with { PublicKey = WithExponent3() }, () => Server with { Algorithm = KeyAlgorithm.Rsa2048 }, "is 3."),
        ["CaKeyWeak"] = (() => Inter with { Algorithm = KeyAlgorithm.EcdsaP256 }, () => Inter, "ECDSA P-256"),
        ["SignatureHashWeak"] = (() => Server with { InnerSignatureOid = "1.2.840.113549.1.1.5" }, () => Server with { InnerSignatureOid = "1.2.840.113549.1.1.11" }, "SHA-1"),

        // usages
        ["NoExtensions"] = (() => (Client with { Subject = "CN=bare" }).Bare(), () => Client, "version 1"),
        ["VersionUnexpected"] = (() => Server with { Version = 2 }, () => Server, "version 2"),
        ["EkuMissing"] = (() => Server.Without(Purposes), () => Server, "no extendedKeyUsage"),
        ["EkuAny"] = (() => Client.WithPurposes("2.5.29.37.0"), () => Client, "anyExtendedKeyUsage"),
        ["PurposesNotSeparated"] = (() => Server.WithPurposes(MtlsCertificate.ServerAuthOid, MtlsCertificate.ClientAuthOid), () => Server, "as a server and as a client"),
        ["LeafIsCa"] = (() => Inter.With(AlternativeNames.Oid, RawCertificate.San("localhost")), () => Inter, "localhost"),
        ["LeafMaySignCertificates"] = (() => Server.WithUsage(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign), () => Server, "keyCertSign"),
        ["BasicConstraintsNotCritical"] = (() => Inter.With(new X509BasicConstraintsExtension(true, true, 0, critical: false)), () => Inter, "not marked critical"),
        ["PathLengthMissing"] = (() => Inter.With(new X509BasicConstraintsExtension(true, false, 0, critical: true)), () => Inter.With(new X509BasicConstraintsExtension(true, true, 3, critical: true)), "Test Issuing CA"),
        ["PathLengthOnLeaf"] = (() => Server.With(BasicConstraints, [0x30, 0x03, 0x02, 0x01, 0x05], critical: true), () => Server, "path length 5"),
        ["CaKeyUsageMissing"] = (() => Inter.Without(KeyUsage), () => Inter, "no keyUsage"),
        ["CaMayNotSignCertificates"] = (() => Inter.WithUsage(X509KeyUsageFlags.CrlSign), () => Inter.WithUsage(RawCertificate.CaUsage), "CrlSign"),
        ["CaMayNotSignCrls"] = (() => Inter.WithUsage(X509KeyUsageFlags.KeyCertSign), () => Inter.WithUsage(RawCertificate.CaUsage), "KeyCertSign"),
        ["KeyUsageMissing"] = (() => Server.Without(KeyUsage), () => Server, "no keyUsage"),
        ["DigitalSignatureMissing"] = (() => (Server with { Algorithm = KeyAlgorithm.Rsa2048 }).WithUsage(X509KeyUsageFlags.KeyEncipherment), () => (Server with { Algorithm = KeyAlgorithm.Rsa2048 }).WithUsage(X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DigitalSignature), "KeyEncipherment"),
        ["KeyEnciphermentWithEc"] = (() => Server.WithUsage(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment), () => Server.WithUsage(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement), "KeyEncipherment"),
        ["KeyUsageSuperfluous"] = (() => Server.WithUsage(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation), () => Server, "NonRepudiation"),
        ["CriticalExtensionUnknown"] = (() => Server.With(Private, [5, 0], critical: true), () => Server.With(Private, [5, 0], critical: false), Private),
        ["NetscapeExtension"] = (() => Server.With("2.16.840.1.113730.1.1", [3, 2, 6, 0x40]), () => Server, "nsCertType"),

        // lifetimes
        ["Expired"] = (() => Server with { From = -60, To = -0.001 }, () => Server, "ended on"),
        ["NotYetValid"] = (() => Server with { From = 0.01, To = 80 }, () => Server with { From = -0.01, To = 80 }, "begins on"),
        ["ExpiresSoon"] = (() => Server with { From = -61, To = 29 }, () => Server with { From = -59, To = 31 }, "29 of 90 days"),
        ["CaExpiresSoon"] = (() => Inter with { From = -400, To = 182 }, () => Inter with { From = -400, To = 184 }, "182 days"),
        ["ValidityEmpty"] = (() => Server with { From = -1, To = -1 }, () => Server, "begins on"),
        ["ClientLifetimeLong"] = (() => Client with { To = 90 }, () => Client with { To = 89.05 }, "91 days"),
        ["ServerLifetimeAbove398"] = (() => Server with { To = 398 }, () => Server with { To = 397 }, "399 days"),
        ["ServerLifetimeAbove825"] = (() => Server with { To = 825 }, () => Server with { To = 824 }, "826 days"),
        ["CaLifetimeLong"] = (() => RawCertificate.Root() with { To = 36500 }, () => RawCertificate.Root() with { To = 7300 }, "100 years"),
        ["OutlivesIssuer"] = (() => Inter with { To = 3650.01 }, () => Inter with { To = 3650 }, "Test Root CA"),
        ["DateEncoding"] = (() => Server with { NotAfterTag = UniversalTagNumber.GeneralizedTime }, () => Server with { NotAfterTag = UniversalTagNumber.UtcTime }, "GeneralizedTime 20"),

        // serial numbers
        ["SerialNotPositive"] = (() => Server with { Serial = [0x81, 2, 3, 4, 5, 6, 7, 8, 9] }, () => Server with { Serial = [0, 0x81, 2, 3, 4, 5, 6, 7, 8, 9] }, "810203"),
        ["SerialTooLong"] = (() => Server with { Serial = [1, .. new byte[20]] }, () => Server with { Serial = [1, .. new byte[19]] }, "21 octets"),
        ["SerialPredictable"] = (() => Server with { Serial = [1] }, () => Server with { Serial = [1, 2, 3, 4, 5, 6, 7, 8] }, "is 01."),

        // chain
        ["SubjectEqualsIssuer"] = (() => Client with { Subject = "CN=Test Root CA,O=Acme" }, () => Client with { Subject = "CN=Test Root CA 2,O=Acme" }, "CN=Test Root CA,O=Acme"),
        ["SubjectKeyIdMissing"] = (() => Inter.Without(SubjectKeyId), () => Inter, "Test Issuing CA"),
        ["AuthorityKeyIdMissing"] = (() => Server.Without(AuthorityKeyId), () => Server, "api.example.com"),
        ["AuthorityKeyIdMismatch"] = (() => Server.With(AuthorityKeyId, [0x30, 0x06, 0x80, 0x04, 1, 2, 3, 4]), () => Server, "01020304"),
        ["AuthorityKeyIdNamesSerial"] = (() => Server.With(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(RawCertificate.TestRoot.X509, true, true)), () => Server, "serial number"),
        ["RevocationMissing"] = (() => Server.Without(CrlUrls), () => Server.Without(CrlUrls).With(new X509AuthorityInformationAccessExtension(["http://ocsp.example.com"], [])), "neither a revocation list nor"),
    };

    public static TheoryData<string> RuleIds => new(Cases.Keys);

    internal static IEnumerable<string> Tested => Cases.Keys;

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void One_certificate_breaks_the_rule_and_its_neighbour_keeps_it(string id)
    {
        var (breaks, keeps, value) = Cases[id];

        var finding = Assert.Single(PolicyChecker.Check(breaks().Build(), options: AtTheStart));

        Assert.Equal(id, finding.Id);
        Assert.Contains(value, finding.Cause, StringComparison.Ordinal);
        Assert.EndsWith(".", finding.Cause, StringComparison.Ordinal);
        Assert.EndsWith(".", finding.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(PolicyChecker.Check(keeps().Build(), options: AtTheStart), other => other.Id == id);
    }

    [Fact]
    public void Certificates_of_every_kind_can_be_without_a_finding() =>
        Assert.All([Server, Client, Inter, RawCertificate.Root()], good => Assert.Empty(PolicyChecker.Check(good.Build())));

    /// <summary>What is called an error because strict verifiers refuse it is refused by one, and the neighbour is not.</summary>
    [SkippableTheory]
    [InlineData("SanNotCritical")]
    [InlineData("SubjectMissing")]
    [InlineData("LeafMaySignCertificates")]
    [InlineData("BasicConstraintsNotCritical")]
    [InlineData("PathLengthOnLeaf")]
    [InlineData("CaKeyUsageMissing")]
    [InlineData("CriticalExtensionUnknown")]
    [InlineData("Expired")]
    [InlineData("SubjectKeyIdMissing")]
    [InlineData("AuthorityKeyIdMissing")]
    [InlineData("AuthorityKeyIdMismatch")]
    [InlineData("KeyTooWeak")]
    public void OpenSsl_strict_verification_refuses_what_breaks_an_error(string id)
    {
        var openssl = Peer.Require("openssl");
        using var folder = new TemporaryFolder();
        var root = folder.Write("root.pem", RawCertificate.TestRoot.ToPem());
        Assert.Equal(FindingSeverity.Error, PolicyRules.Find(id)!.Severity);

        PeerResult Verify(RawCertificate certificate) => openssl.Try("verify", "-x509_strict", "-auth_level", "2", "-CAfile", root, folder.Write("it.pem", certificate.Build().ToPem()));

        Assert.NotEqual(0, Verify(Cases[id].Breaks()).ExitCode);
        Assert.Equal(0, Verify(Cases[id].Keeps()).ExitCode);
    }

    [Theory]

    // wrong addresses, hosts and stars
    [InlineData("::1", "IpAddressInDnsName")]
    [InlineData("", "DnsNameInvalid")]
    [InlineData("a..b.example.com", "DnsNameInvalid")]
    [InlineData("-a.example.com", "DnsNameInvalid")]
    [InlineData("*", "WildcardInvalid")]
    [InlineData("a.*.example.com", "WildcardInvalid")]
    [InlineData("*.*.example.com", "WildcardInvalid")]
    [InlineData("*.", "WildcardInvalid")]

    // good ones
    [InlineData("localhost", null)]
    [InlineData("xn--bcher-kva.example", null)]
    [InlineData("1.example.com", null)]
    public void Dns_names(string name, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], PolicyChecker.Check(RawCertificate.Server("api.example.com", name).Build()).Select(finding => finding.Id).Where(id => id != "DnsNameTrailingDot"));

    [Fact]
    public void A_root_may_carry_an_old_hash_on_itself()
    {
        var root = (RawCertificate.Root() with { InnerSignatureOid = "1.2.840.10045.4.1", Hash = HashAlgorithmName.SHA1 }).Build();

        Assert.True(root.IsSelfSigned);
        Assert.Empty(PolicyChecker.Check(root));
    }

    [Fact]
    public void A_certificate_is_judged_as_of_any_day()
    {
        var certificate = Server.Build();
        string[] IdsAfter(int days) => PolicyChecker.Check(certificate, options: new PolicyOptions { AsOf = DateTimeOffset.UtcNow.AddDays(days) }).Select(finding => finding.Id).ToArray();

        Assert.Empty(IdsAfter(0));
        Assert.Equal(["ExpiresSoon"], IdsAfter(70));
        Assert.Equal(["Expired"], IdsAfter(100));
        Assert.Equal(["NotYetValid"], IdsAfter(-10));
    }

    [Fact]
    public void Options_choose_the_rules()
    {
        var certificate = (Server with { Serial = [1], To = 500 }).Without(CrlUrls).Without(AuthorityKeyId).Build();
        string[] Ids(PolicyOptions options) => PolicyChecker.Check(certificate, options: options).Select(finding => finding.Id).ToArray();

        Assert.Equal(["AuthorityKeyIdMissing", "SerialPredictable", "ServerLifetimeAbove398", "RevocationMissing"], Ids(PolicyOptions.Default));
        Assert.Equal(["AuthorityKeyIdMissing", "SerialPredictable"], Ids(new PolicyOptions { MinimumSeverity = FindingSeverity.Warning }));
        Assert.Equal(["AuthorityKeyIdMissing"], Ids(new PolicyOptions { MinimumSeverity = FindingSeverity.Error }));
        Assert.Equal(["RevocationMissing"], Ids(new PolicyOptions { Rules = new HashSet<string> { "RevocationMissing", "Expired" } }));
        Assert.Equal(["AuthorityKeyIdMissing", "ServerLifetimeAbove398", "RevocationMissing"], Ids(new PolicyOptions { ExcludedRules = new HashSet<string> { "SerialPredictable" } }));
    }

    [Fact]
    public void The_issuer_may_be_given_or_be_unknown()
    {
        var certificate = (Inter with { To = 3651 }).Build();

        Assert.Single(PolicyChecker.Check(certificate), finding => finding.Id == "OutlivesIssuer");
        Assert.Empty(PolicyChecker.Check(certificate.WithChain([])));
        Assert.Single(PolicyChecker.Check(certificate.WithChain([]), RawCertificate.TestRoot), finding => finding.Id == "OutlivesIssuer");
    }

    private static byte[] Rsa(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportSubjectPublicKeyInfo();
    }

    private static byte[] Brainpool()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] WithExponent3()
    {
        using var shared = SharedKeys.Of(KeyAlgorithm.Rsa2048);
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(shared.PublicKey.Der.Span, out _);
        var parameters = rsa.ExportParameters(false);
        using var other = RSA.Create(new RSAParameters { Modulus = parameters.Modulus, Exponent = [3] });
        return other.ExportSubjectPublicKeyInfo();
    }
}

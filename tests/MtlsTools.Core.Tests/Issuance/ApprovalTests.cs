using System.Collections;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Issuance;

/// <summary>The request is a wish: keys, serial numbers, lifetimes, the CAs above, earlier refusals, and what may be copied.</summary>
public sealed class ApprovalTests : IDisposable
{
    private static readonly IssuanceOptions Client = new() { Profile = CertificateProfile.Client };

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = ManualTimeProvider.At("2026-03-01T12:00:00Z");
    private readonly List<string> warnings = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    // exponents that encrypt nothing, a modulus with a small factor, a key of Infineon's faulty library, and a sound one
    [InlineData(1, 0, "exponent is 1")]
    [InlineData(2, 0, "exponent is 2")]
    [InlineData(65538, 0, "exponent is 65538")]
    [InlineData(65537, 2, "divisible by 2")]
    [InlineData(65537, 751, "divisible by")]
    [InlineData(65537, -1, "ROCA")]
    [InlineData(65537, 0, null)]
    [InlineData(3, 0, null)]
    public void Broken_RSA_keys(int exponent, int kind, string? told)
    {
        using var sound = RSA.Create();
        sound.ImportSubjectPublicKeyInfo(SharedKeys.Of(KeyAlgorithm.Rsa2048).PublicKey.Der.Span, out _);
        var modulus = new BigInteger(sound.ExportParameters(false).Modulus, isUnsigned: true, isBigEndian: true);
        if (kind > 0)
            modulus -= modulus % kind;
        if (kind < 0)
        {
            // Such a modulus is a power of 65537 modulo the product of the first primes.
            var product = Enumerable.Range(2, 166).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0)).Aggregate(BigInteger.One, (all, prime) => all * prime);
            modulus = modulus - (modulus % product) + BigInteger.ModPow(65537, 12345, product);
            while (Enumerable.Range(2, 750).Any(n => modulus % n == 0))
                modulus -= product;
        }

        var refusal = Record.Exception(() => IssuancePolicy.CheckKey(PublicKeyInfo.Decode(Encode(modulus, exponent)), "r.csr"));

        if (told is null)
            Assert.Null(refusal);
        else
            Assert.Contains(told, Assert.IsType<IssuanceException>(refusal, exactMatch: true).Message, StringComparison.Ordinal);
        if (refusal is IssuanceException refused)
            Assert.Equal((ErrorCode.KeyTooWeak, "r.csr"), (refused.Code, refused.Path));
    }

    [Theory]
    [InlineData(KeyAlgorithm.EcdsaP256, "EcdsaP384", 2048, false)]
    [InlineData(KeyAlgorithm.EcdsaP256, "EcdsaP256", 2048, true)]
    [InlineData(KeyAlgorithm.Rsa2048, "Rsa", 2048, true)]
    [InlineData(KeyAlgorithm.Rsa2048, "Rsa", 3072, false)]
    [InlineData(KeyAlgorithm.Rsa2048, "EcdsaP256", 2048, false)]
    public void Keys_that_a_profile_certifies(KeyAlgorithm algorithm, string allowed, int bits, bool expected)
    {
        var profile = Profile(("keys", new Hashtable { ["algorithms"] = allowed, ["minimumRsaBits"] = bits }));
        var refused = Record.Exception(() => Root().Issue(TestAuthority.Request(algorithm: algorithm), new IssuanceOptions { Profile = profile }));

        Assert.Equal(expected ? null : ErrorCode.KeyNotAllowed, (refused as IssuanceException)?.Code);
    }

    [Theory]
    // the rule, the second subject, and what happens: nothing, a warning, a refusal
    [InlineData("Allow", "CN=bob", "")]
    [InlineData("Warn", "CN=ann", "")]
    [InlineData("Warn", "CN=bob", "warning")]
    [InlineData("SameSubject", "CN=ann", "")]
    [InlineData("SameSubject", "CN=bob", "refused")]
    [InlineData("Never", "CN=ann", "refused")]
    [InlineData("Never", "CN=bob", "refused")]
    public void A_key_that_comes_twice(string rule, string second, string expected)
    {
        var root = Root();
        var options = new IssuanceOptions { Profile = Profile(("keys", new Hashtable { ["reuse"] = rule })) };
        var first = root.Issue(TestAuthority.Request("CN=ann"), options, warnings.Add);
        Assert.Empty(warnings);

        // By another object, as another process would.
        var refused = Record.Exception(() => CertificateAuthority.Open(root.Path, clock: clock).Issue(TestAuthority.Request(second), options, warnings.Add));

        Assert.Equal(expected == "refused" ? ErrorCode.KeyReused : null, (refused as IssuanceException)?.Code);
        Assert.Equal(expected == "warning" ? 1 : 0, warnings.Count);
        Assert.All(warnings.Append(refused?.Message).OfType<string>(), told => Assert.Contains($"CN=ann", told, StringComparison.Ordinal));
        Assert.All(warnings.Append(refused?.Message).OfType<string>(), told => Assert.Contains(first.SerialNumber, told, StringComparison.Ordinal));
        Assert.Equal(expected == "refused" ? 1 : 2, root.GetIssued().Count());
    }

    [Fact]
    public void A_key_may_come_again_when_its_certificate_has_ended()
    {
        var root = Root();
        root.Issue(TestAuthority.Request("CN=ann"), Client with { Days = 7 });
        clock.Now = clock.Now.AddDays(8);

        root.Issue(TestAuthority.Request("CN=bob"), Client, warnings.Add);

        Assert.Empty(warnings);
    }

    [Theory]
    // the file is gone; it lacks the last line; its last line is torn
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Keys_are_known_again_when_their_file_was_lost(int damage)
    {
        var root = Root();
        using var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        root.Issue(CertificateSigningRequest.Create(DistinguishedName.Parse("CN=other"), [], other), Client);
        root.Issue(TestAuthority.Request("CN=ann"), Client);
        var file = Path.Combine(root.Path, "spki.txt");
        var lines = File.ReadAllLines(file);
        if (damage == 0)
            File.Delete(file);
        else
            File.WriteAllText(file, lines[0] + "\n" + (damage == 2 ? lines[1][..70] : ""));

        CertificateAuthority.Open(root.Path, clock: clock).Issue(TestAuthority.Request("CN=bob"), Client, warnings.Add);

        Assert.Contains("CN=ann", Assert.Single(warnings), StringComparison.Ordinal);
        var mended = File.ReadAllLines(file);
        Assert.Equal(root.GetIssued().Select(entry => entry.SerialNumber).Order(), mended.Where(line => line.Length > 70).Select(line => line.Split('\t')[1]).Order());
        Assert.Contains(SharedKeys.Of(KeyAlgorithm.EcdsaP256).PublicKey.Sha256, mended[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01", "01")]
    [InlineData("0x1a2B", "1A2B")]
    [InlineData("00:fF", "FF")]
    [InlineData("8000000000000000000000000000000000000000", null)]
    [InlineData("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("serial", null)]
    [InlineData("", null)]
    public void Serial_numbers_that_are_chosen(string text, string? expected)
    {
        MtlsCertificate? issued = null;
        var refused = Record.Exception(() => issued = Root().Issue(TestAuthority.Request(), Client with { SerialNumber = text }, warnings.Add));

        Assert.Equal(expected is null ? ErrorCode.SerialNumberInvalid : null, (refused as IssuanceException)?.Code);
        Assert.Equal(expected, issued?.SerialNumber);
        Assert.Equal(expected is null ? 0 : 1, warnings.Count(warning => warning.Contains("chosen serial number", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_serial_number_is_never_used_twice()
    {
        var root = Root();
        root.Issue(TestAuthority.Request(), Client with { SerialNumber = "01" });

        foreach (var again in new[] { "01", "0x1", "00:01", root.Certificate.SerialNumber })
            Assert.Equal(ErrorCode.SerialNumberUsed, Assert.Throws<IssuanceException>(() => CertificateAuthority.Open(root.Path, clock: clock).Issue(TestAuthority.Request(), Client with { SerialNumber = again })).Code);
        Assert.Single(root.GetIssued());
    }

    [Fact]
    public void A_life_that_begins_before_the_issuers_is_refused_when_asked_for_and_moved_when_not()
    {
        var root = Root(options => options with { NotBefore = clock.Now });

        var refused = Assert.Throws<IssuanceException>(() => root.Issue(TestAuthority.Request(), Client with { NotBefore = clock.Now.AddSeconds(-1) }));

        Assert.Equal(ErrorCode.LifetimeBeyondIssuer, refused.Code);
        Assert.Equal(clock.Now, root.Issue(TestAuthority.Request(), Client).NotBefore);
        Assert.Equal(clock.Now, root.Issue(TestAuthority.Request(), Client with { NotBefore = clock.Now.AddSeconds(-1), AllowClamp = true }).NotBefore);
    }

    [Theory]
    [InlineData(60, null, true)]
    [InlineData(61, null, false)]
    [InlineData(null, 59, true)]
    [InlineData(null, 61, false)]
    public void The_longest_life_that_a_profile_allows(int? days, int? until, bool expected)
    {
        var options = new IssuanceOptions { Profile = Profile(("maximumDays", 60)), Days = days, NotAfter = until is { } end ? clock.Now.AddDays(end) : null };

        Assert.Equal(expected ? null : ErrorCode.LifetimeTooLong, (Record.Exception(() => Root().Issue(TestAuthority.Request(), options)) as IssuanceException)?.Code);
    }

    [Fact]
    public void A_century_is_possible_and_unwise()
    {
        var root = CertificateAuthority.Create(folder.At("century"), new AuthorityOptions { Subject = DistinguishedName.Parse("CN=YourCAName"), KeyAlgorithm = KeyAlgorithm.EcdsaP256, Days = 36500 }, clock, warnings.Add);
        Assert.Contains("36500 days", Assert.Single(warnings), StringComparison.Ordinal);

        var leaf = root.Issue(TestAuthority.Request(), Client with { Days = 36500 }, warnings.Add);

        Assert.Equal(2, warnings.Count);
        Assert.Equal(clock.Now.AddDays(36500), leaf.NotAfter);
        Assert.True(leaf.NotAfter <= root.NotAfter);
        Assert.Contains("21260205120000Z", System.Text.Encoding.Latin1.GetString(leaf.RawData.Span), StringComparison.Ordinal); // GeneralizedTime
    }

    [Theory]
    // what the CA above is limited to, what is asked for
    [InlineData("serverAuth", CertificateProfile.Server, true)]
    [InlineData("serverAuth", CertificateProfile.Client, false)]
    [InlineData("serverAuth", CertificateProfile.Peer, false)]
    [InlineData("clientAuth", CertificateProfile.Client, true)]
    [InlineData("anyExtendedKeyUsage", CertificateProfile.Peer, true)]
    public void Usages_of_the_CA_above(string usage, CertificateProfile profile, bool expected)
    {
        var below = Below(("extendedKeyUsage", usage));

        var refused = Record.Exception(() => below.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = profile })) as IssuanceException;

        Assert.Equal(expected ? null : ErrorCode.UsageNotPermitted, refused?.Code);
        Assert.Equal(expected ? 1 : 0, below.GetIssued().Count());
    }

    [Theory]
    [InlineData("CN=api.example.com", "", true)]
    [InlineData("CN=api.example.org", "", false)]
    [InlineData("CN=api.example.com", "IP:10.1.2.3", true)]
    [InlineData("CN=api.example.com", "IP:192.168.0.1", false)]
    public void Name_constraints_of_the_CA_above(string subject, string san, bool expected)
    {
        var below = Below(("nameConstraints", new Hashtable { ["permitted"] = "DNS:example.com IP:10.0.0.0/8".Split(' ') }));

        var refused = Record.Exception(() => below.Issue(TestAuthority.Request(subject, san), new IssuanceOptions { Profile = CertificateProfile.Server })) as IssuanceException;

        Assert.Equal(expected ? null : ErrorCode.NameConstraintViolated, refused?.Code);
        Assert.Equal(expected ? 1 : 0, below.GetIssued().Count());
    }

    [Fact]
    public void A_denied_request_stays_denied_until_it_is_approved_all_the_same()
    {
        var root = Root();
        var request = TestAuthority.Request("CN=Zoë", "z.example");

        var denied = root.Deny(request, "unknown to \"HR\"");

        var opened = CertificateAuthority.Open(root.Path, clock: clock);
        var listed = Assert.Single(opened.GetDenied());
        Assert.Equal((denied.Fingerprint, "CN=Zoë", "unknown to \"HR\"", clock.Now, denied.DeniedBy), (listed.Fingerprint, listed.Subject, listed.Reason, listed.DeniedAt, listed.DeniedBy));
        Assert.Equal((Convert.ToHexString(SHA256.HashData(request.Der.Span)), "DNS:z.example", true), (denied.Fingerprint, listed.San.Single(), File.Exists(listed.Path)));
        Assert.Contains("Zoë", File.ReadAllText(listed.Path!), StringComparison.Ordinal);
        var refused = Assert.Throws<IssuanceException>(() => opened.Issue(request, Client));
        Assert.Equal(ErrorCode.RequestDenied, refused.Code);
        Assert.Contains("unknown to \"HR\"", refused.Message, StringComparison.Ordinal);
        Assert.Empty(root.GetIssued());
        opened.Issue(TestAuthority.Request("CN=another"), Client);
        opened.Issue(request, Client with { OverrideDenial = true, Profile = Profile(("keys", new Hashtable { ["reuse"] = "Allow" })) }, warnings.Add);
        Assert.Contains("approved all the same", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_record_of_a_refusal_is_told()
    {
        var root = Root();
        var request = TestAuthority.Request();
        File.WriteAllText(root.Deny(request, "no").Path!, "{");

        Assert.Equal(ErrorCode.ContentDamaged, Assert.Throws<InputException>(() => root.Issue(request, Client)).Code);
    }

    [SkippableTheory]
    // what is copied, and what the certificate then has: names, key usage, extended key usage, TLS feature
    [InlineData(ExtensionCopying.None, "", "DigitalSignature", "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2", false)]
    [InlineData(ExtensionCopying.San, "DNS:asked.example", "DigitalSignature", "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2", false)]
    [InlineData(ExtensionCopying.All, "DNS:asked.example", "DigitalSignature", "1.3.6.1.5.5.7.3.2", true)]
    public void Extensions_of_a_greedy_request(ExtensionCopying copying, string san, string usage, string extended, bool feature)
    {
        var issued = Root().Issue(Greedy(), new IssuanceOptions { Profile = Profile(("extendedKeyUsage", "serverAuth clientAuth".Split(' '))), CopyExtensions = copying }, warnings.Add);

        Assert.Equal((san, usage, extended, feature), (string.Join(',', issued.San), $"{issued.Content.KeyUsage}", string.Join(',', issued.Content.ExtendedKeyUsage!), issued.Content.FindExtension("1.3.6.1.5.5.7.1.24") is not null));
        Assert.Equal((false, false, false), (issued.IsCa, issued.CanSignCertificates, issued.Content.FindExtension(NameConstraints.Oid) is not null));
        Assert.Equal(issued.Extensions.Count, issued.Extensions.Select(extension => extension.Oid).Distinct().Count());
        Assert.Equal(copying == ExtensionCopying.All, warnings.Any(warning => warning.Contains("is not granted", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void Each_extension_that_is_not_granted_is_told_with_its_reason()
    {
        Root().Issue(Greedy(), Client with { CopyExtensions = ExtensionCopying.All }, warnings.Add);

        foreach (var part in new[] { "basicConstraints is not granted: whether a certificate is a CA's", "keyUsage keyCertSign is not granted", "extendedKeyUsage codeSigning is not granted", "nameConstraints is not granted", "certificatePolicies is not granted", "1.2.3.4 is not granted: it is not on the list" })
            Assert.Contains(warnings, warning => warning.Contains(part, StringComparison.Ordinal));
        var told = CertificateExplanation.OfDropped(Greedy(), Client with { CopyExtensions = ExtensionCopying.None });
        Assert.Contains(told, line => line.StartsWith("The request's subjectAltName is not granted: -CopyExtensions None", StringComparison.Ordinal));
    }

    [Fact]
    public void A_profile_of_the_CAs_own_is_found_by_its_name()
    {
        var root = Root();
        Directory.CreateDirectory(Path.Combine(root.Path, "profiles"));
        File.WriteAllText(Path.Combine(root.Path, "profiles", "till.json"), """{ "basedOn": "Client", "lifetimeDays": 7 }""");

        Assert.Equal(7, root.FindProfile("till")!.Days);
        Assert.Null(root.FindProfile("none"));
        Assert.Null(root.FindProfile("../ca"));
    }

    [Fact]
    public void A_root_is_nothing_that_a_CA_issues_by_default() =>
        Assert.Equal(ErrorCode.ProfileNotIssuable, Assert.Throws<IssuanceException>(() => Root(options => options with { DefaultProfile = CertificateProfile.Root })).Code);

    [Theory]
    // the key's kind decides what of keyUsage makes sense
    [InlineData(KeyAlgorithm.EcdsaP256, "DigitalSignature, KeyAgreement")]
    [InlineData(KeyAlgorithm.Rsa2048, "DigitalSignature, DataEncipherment, KeyEncipherment")]
    public void Key_usage_fits_the_key(KeyAlgorithm algorithm, string expected)
    {
        var profile = Profile(("keyUsage", "digitalSignature keyEncipherment dataEncipherment keyAgreement".Split(' ')));

        var issued = Root().Issue(TestAuthority.Request(algorithm: algorithm), new IssuanceOptions { Profile = profile });

        Assert.Equal(Enum.Parse<X509KeyUsageFlags>(expected), issued.Content.KeyUsage);
    }

    [Fact]
    public void Every_extension_is_explained()
    {
        var root = Root(options => options with { CrlUrls = ["http://a.example/crl"], OcspUrls = ["http://a.example/ocsp"] });

        var told = CertificateExplanation.Of(root.Issue(TestAuthority.Request("CN=ann", "ann.example"), Client)).ToList();

        Assert.Contains("extendedKeyUsage: clientAuth – this certificate may only be a TLS client (RFC 5280 4.2.1.12)", told);
        Assert.Contains("basicConstraints (critical): CA:FALSE – this certificate may not issue others (RFC 5280 4.2.1.9)", told);
        Assert.Contains(told, line => line.StartsWith("subjectAltName: DNS:ann.example –", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("crlDistributionPoints: http://a.example/crl –", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("authorityInfoAccess: OCSP http://a.example/ocsp –", StringComparison.Ordinal));
        Assert.Equal(8, told.Count);
    }

    private static byte[] Encode(BigInteger modulus, int exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(modulus);
            key.WriteInteger(exponent);
        }

        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                info.WriteNull();
            }

            info.WriteBitString(key.Encode());
        }

        return info.Encode();
    }

    private static IssuanceProfile Profile(params (string Field, object Value)[] fields)
    {
        var all = new Hashtable { ["name"] = "custom", ["basedOn"] = "Client" };
        foreach (var (field, value) in fields)
            all[field] = value;
        return IssuanceProfile.FromFields(all);
    }

    private CertificateAuthority Root(Func<AuthorityOptions, AuthorityOptions>? change = null) => TestAuthority.Create(folder, "root", clock, change: change);

    /// <summary>A CA folder below a root, certified by a profile with limits.</summary>
    private CertificateAuthority Below((string Field, object Value) limit)
    {
        var root = Root();
        var profile = IssuanceProfile.FromFields(new Hashtable { ["name"] = "limited", ["basedOn"] = "Intermediate", [limit.Field] = limit.Value });
        var below = TestAuthority.Create(folder, "below", clock, root);
        using var key = PrivateKey.Open(Path.Combine(below.Path, "private", "ca.key"));
        var limited = root.Issue(CertificateSigningRequest.Create(DistinguishedName.Parse("CN=limited"), [], key), new IssuanceOptions { Profile = profile });
        File.WriteAllText(below.CertificatePath, limited.ToPem());
        File.WriteAllText(below.ChainPath, limited.ToPem() + root.Certificate.ToPem());
        return CertificateAuthority.Open(below.Path, clock: clock);
    }

    private CertificateSigningRequest Greedy()
    {
        Peer.Require("openssl").Run(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("greedy.key"), "-subj", "/CN=greedy", "-out", folder.At("greedy.csr"),
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=digitalSignature,keyCertSign", "-addext", "extendedKeyUsage=clientAuth,codeSigning", "-addext", "subjectAltName=DNS:asked.example",
            "-addext", "nameConstraints=permitted;DNS:example.com", "-addext", "certificatePolicies=1.2.3", "-addext", "tlsfeature=status_request", "-addext", "1.2.3.4=DER:0500");
        return CertificateSigningRequest.Open(folder.At("greedy.csr"));
    }
}

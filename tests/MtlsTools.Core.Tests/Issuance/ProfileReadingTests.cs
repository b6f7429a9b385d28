using System.Collections;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Issuance;

public sealed class ProfileReadingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_field_is_read()
    {
        var profile = IssuanceProfile.Open(folder.Write("kiosk [1].json", """
            {
              // comments are taken
              "basedOn": "Client",
              "extendedKeyUsage": ["clientAuth", "emailProtection", "1.3.6.1.4.1.99999.7"],
              "keyUsage": ["digitalSignature", "contentCommitment"],
              "lifetimeDays": 30,
              "maximumDays": 60,
              "sanRequired": true,
              "allowedNames": { "dns": [".example.com"], "ip": "10.0.0.0/8", "email": ["example.com"], "uri": ["spiffe://example.org/"], "subject": ["CN", "O=Acme"] },
              "keys": { "algorithms": ["Rsa", "EcdsaP384"], "minimumRsaBits": 3072, "reuse": "Never" },
              "crlUrls": ["http://a.example/crl"], "ocspUrls": ["http://a.example/ocsp"], "issuerUrls": ["http://a.example/ca"],
              "certificatePolicies": [{ "oid": "1.3.6.1.4.1.99999.1", "cpsUri": "http://a.example/cps" }],
              "critical": ["KeyUsage"],
              "authorityKeyIdentifier": "KeyIdAndIssuer",
              "subjectKeyIdentifier": false,
              "basicConstraints": false,
              "netscape": { "certType": ["Client"], "comment": "hello" },
            }
            """));

        Assert.Equal(("kiosk [1]", CertificateProfile.Client, 30, (int?)60), (profile.Name, profile.BasedOn, profile.Days, profile.MaximumDays));
        Assert.Equal(["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "1.3.6.1.4.1.99999.7"], profile.ExtendedKeyUsage);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, profile.KeyUsage);
        Assert.Equal((true, false, false, false, CriticalExtensions.KeyUsage), (profile.NeedsSan, profile.HasBasicConstraints, profile.HasSubjectKeyIdentifier, profile.IsCa, profile.Critical));
        Assert.Equal((KeyAlgorithm.EcdsaP384, 3072, KeyReuse.Never), (profile.KeyAlgorithm, profile.Keys.MinimumRsaBits, profile.Keys.Reuse));
        Assert.Equal(("http://a.example/crl", "http://a.example/ocsp", "http://a.example/ca"), (profile.CrlUrls!.Single(), profile.OcspUrls!.Single(), profile.IssuerUrls!.Single()));
        Assert.Equal("1.3.6.1.4.1.99999.1 (http://a.example/cps)", profile.Policies.Single().ToString());
        Assert.Equal((NetscapeCertificateTypes.Client, "hello", AuthorityKeyIdentifierForm.KeyIdAndIssuer), (profile.Netscape!.Types, profile.Netscape.Comment, profile.AuthorityKeyIdentifier));
        Assert.Equal("10.0.0.0/8", profile.Names!.Ip.Single());
    }

    [Fact]
    public void What_is_not_said_is_as_in_the_profile_below()
    {
        var profile = IssuanceProfile.FromFields(new Hashtable { ["Name"] = "mine", ["BasedOn"] = "server" });
        var server = IssuanceProfile.Of(CertificateProfile.Server);

        Assert.Equal((server.ExtendedKeyUsage, server.KeyUsage, server.Days, server.NeedsSan, server.Critical, server.Keys), (profile.ExtendedKeyUsage, profile.KeyUsage, profile.Days, profile.NeedsSan, profile.Critical, profile.Keys));
        Assert.Equal((false, true), (profile.IsBuiltIn, server.IsBuiltIn));
    }

    [Theory]
    // the field that is wrong, and what the message must tell
    [InlineData("""{ }""", "basedOn", "Server, Client, Peer, Intermediate, Bare")]
    [InlineData("""{ "basedOn": "Root" }""", "basedOn", "Server, Client, Peer, Intermediate, Bare")]
    [InlineData("""{ "basedOn": "Client", "lifetimedays": "30" }""", "lifetimeDays", "from 1 to 36525")]
    [InlineData("""{ "basedOn": "Client", "lifetimeDays": 0 }""", "lifetimeDays", "from 1 to 36525")]
    [InlineData("""{ "basedOn": "Client", "lifetimeDays": 1.5 }""", "lifetimeDays", "from 1 to 36525")]
    [InlineData("""{ "basedOn": "Client", "lifetimeDays": 9, "maximumDays": 8 }""", "lifetimeDays", "8 or less")]
    [InlineData("""{ "basedOn": "Client", "lifeTime": 30 }""", "lifeTime", "lifetimeDays, maximumDays")]
    [InlineData("""{ "basedOn": "Client", "allowedNames": { "host": "a" } }""", "allowedNames.host", "dns, email, ip, subject, uri")]
    [InlineData("""{ "basedOn": "Client", "allowedNames": { "dns": "a b" } }""", "allowedNames.dns", ".example.com")]
    [InlineData("""{ "basedOn": "Client", "allowedNames": { "ip": "10.0.0.1/8" } }""", "allowedNames.ip", "10.0.0.0/8")]
    [InlineData("""{ "basedOn": "Client", "allowedNames": { "email": "a@b@c" } }""", "allowedNames.email", "ann@example.com")]
    [InlineData("""{ "basedOn": "Client", "allowedNames": { "uri": "https://a.example:" } }""", "allowedNames.uri", "spiffe://example.org/")]
    [InlineData("""{ "basedOn": "Client", "allowedNames": { "subject": ["XX=1"] } }""", "allowedNames.subject", "O=Acme")]
    [InlineData("""{ "basedOn": "Client", "allowedNames": "a" }""", "allowedNames", "between { and }")]
    [InlineData("""{ "basedOn": "Client", "extendedKeyUsage": ["clientauth", "webServer"] }""", "extendedKeyUsage", "serverAuth, clientAuth")]
    [InlineData("""{ "basedOn": "Client", "extendedKeyUsage": ["1.40.3"] }""", "extendedKeyUsage", "object identifier")]
    [InlineData("""{ "basedOn": "Client", "extendedKeyUsage": [1] }""", "extendedKeyUsage", "list of texts")]
    [InlineData("""{ "basedOn": "Client", "keyUsage": ["sign"] }""", "keyUsage", "digitalSignature, nonRepudiation")]
    [InlineData("""{ "basedOn": "Client", "keyUsage": ["keyCertSign"] }""", "keyUsage", "basedOn Intermediate")]
    [InlineData("""{ "basedOn": "Intermediate", "keyUsage": ["cRLSign"] }""", "keyUsage", "Add keyCertSign")]
    [InlineData("""{ "basedOn": "Client", "keyUsage": ["encipherOnly"] }""", "keyUsage", "keyAgreement")]
    [InlineData("""{ "basedOn": "Client", "pathLength": 1 }""", "pathLength", "basedOn Intermediate")]
    [InlineData("""{ "basedOn": "Client", "sanRequired": "yes" }""", "sanRequired", "true or false")]
    [InlineData("""{ "basedOn": "Client", "nameConstraints": { "permitted": "DNS:a.example" } }""", "nameConstraints", "allowedNames")]
    [InlineData("""{ "basedOn": "Intermediate", "nameConstraints": { "permitted": "a.example" } }""", "nameConstraints.permitted", "DNS:example.com")]
    [InlineData("""{ "basedOn": "Intermediate", "nameConstraints": { } }""", "nameConstraints", "at least one")]
    [InlineData("""{ "basedOn": "Intermediate", "critical": ["KeyUsage"] }""", "critical", "BasicConstraints")]
    [InlineData("""{ "basedOn": "Intermediate", "basicConstraints": false }""", "basicConstraints", "RFC 5280, 4.2.1.9")]
    [InlineData("""{ "basedOn": "Intermediate", "subjectKeyIdentifier": false }""", "subjectKeyIdentifier", "RFC 5280, 4.2.1.2")]
    [InlineData("""{ "basedOn": "Intermediate", "authorityKeyIdentifier": "None" }""", "authorityKeyIdentifier", "KeyId")]
    [InlineData("""{ "basedOn": "Client", "critical": ["subjectAltName"] }""", "critical", "BasicConstraints, KeyUsage, ExtendedKeyUsage, CertificatePolicies")]
    [InlineData("""{ "basedOn": "Client", "keys": { "algorithms": ["Dsa"] } }""", "keys.algorithms", "Rsa, EcdsaP256, EcdsaP384, EcdsaP521")]
    [InlineData("""{ "basedOn": "Client", "keys": { "minimumRsaBits": 1024 } }""", "keys.minimumRsaBits", "from 2048 to 4096")]
    [InlineData("""{ "basedOn": "Client", "keys": { "reuse": "maybe" } }""", "keys.reuse", "Allow, Warn, SameSubject, Never")]
    [InlineData("""{ "basedOn": "Client", "keys": { "algorithms": "Rsa", "default": "EcdsaP256" } }""", "keys.default", "not among the keys")]
    [InlineData("""{ "basedOn": "Client", "certificatePolicies": ["1.2.3"] }""", "certificatePolicies", "between { and }")]
    [InlineData("""{ "basedOn": "Client", "certificatePolicies": [{ "oid": "x" }] }""", "certificatePolicies.oid", "object identifier")]
    [InlineData("""{ "basedOn": "Client", "certificatePolicies": [{ "oid": "1.2.3", "cps": "http://a" }] }""", "certificatePolicies.cps", "cpsUri, oid")]
    [InlineData("""{ "basedOn": "Client", "crlUrls": ["a.example/crl"] }""", "crlUrls", "http://")]
    [InlineData("""{ "basedOn": "Client", "netscape": { } }""", "netscape.certType", "Give one")]
    [InlineData("""{ "basedOn": "Client", "netscape": { "comment": "é" } }""", "netscape.comment", "ASCII")]
    [InlineData("""{ "basedOn": "Client", "name": "server" }""", "name", "built-in")]
    [InlineData("""{ "basedOn": "Client", "name": "" }""", "name", "not empty")]
    [InlineData("""{ "basedOn": "Client", "basedOn": "Server" }""", "basedOn", "twice")]
    public void A_wrong_field_is_named_with_what_is_allowed(string json, string field, string allowed)
    {
        var path = folder.Write("p.json", json);

        var wrong = Assert.Throws<InputException>(() => IssuanceProfile.Open(path));

        Assert.Equal((ErrorCode.ProfileInvalid, path), (wrong.Code, wrong.Path));
        Assert.Contains($"'{path}'", wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"the field '{field}'", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"basedOn\":\n \"Client\"", "line 2")]
    [InlineData("[]", "no object")]
    [InlineData("not json", "line 1")]
    public void What_is_no_JSON_object(string text, string told)
    {
        var wrong = Assert.Throws<InputException>(() => IssuanceProfile.Open(folder.Write("p.json", text)));

        Assert.Equal(ErrorCode.ProfileInvalid, wrong.Code);
        Assert.Contains(told, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_taken() =>
        Assert.Equal("p", IssuanceProfile.Open(folder.Write("p.json", "\uFEFF{ \"basedOn\": \"Client\" }")).Name);

    [Fact]
    public void A_missing_file() =>
        Assert.Equal(ErrorCode.FileNotFound, Assert.Throws<InputException>(() => IssuanceProfile.Open(folder.At("none.json"))).Code);

    [Fact]
    public void Without_a_file_a_name_is_needed() =>
        Assert.Contains("'name'", Assert.Throws<InputException>(() => IssuanceProfile.FromFields(new Hashtable { ["basedOn"] = "Client" })).Message, StringComparison.Ordinal);
}

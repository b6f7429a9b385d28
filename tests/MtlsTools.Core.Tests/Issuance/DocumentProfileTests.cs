using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.X509;

namespace MtlsTools.Tests.Issuance;

/// <summary>The certificates of the documents, made by the documents' own openssl commands and extension files, and by a profile of ours: field by field the same. OpenSSL 3 adds the key identifiers to every certificate that has extensions.</summary>
public sealed class DocumentProfileTests : IDisposable
{
    private static readonly string[] Line = ["D08", "D09", "D10", "D11", "D12", "D13", "D14", "D15", "D16", "D16 server", "A17-A20"];

    private static readonly Dictionary<string, (string Extensions, string Profile, string San, int Days)> Documents = new()
    {
        // server of the hello-world
        ["D08"] = (
            "authorityKeyIdentifier=keyid,issuer\nbasicConstraints=CA:FALSE\nkeyUsage = digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment\nsubjectAltName = @alt_names\n\n[alt_names]\nDNS.1 = localhost\n",
            """{ "basedOn": "Bare", "subjectKeyIdentifier": true, "authorityKeyIdentifier": "KeyId", "basicConstraints": true, "critical": [], "keyUsage": ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"], "sanRequired": true }""",
            "localhost",
            1000),
        // server of the workshop
        ["D09"] = (
            "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid,issuer\nbasicConstraints = CA:FALSE\nkeyUsage = critical, digitalSignature, keyEncipherment\nextendedKeyUsage = serverAuth\nsubjectAltName = @alt_names\n[alt_names]\nDNS.1 = client-c.local\nDNS.2 = localhost\nIP.1 = 127.0.0.1\n",
            """{ "basedOn": "Server", "critical": ["KeyUsage"] }""",
            "DNS:client-c.local,DNS:localhost,IP:127.0.0.1",
            365),
        // server of the production guide
        ["D10"] = (
            "authorityKeyIdentifier=keyid,issuer\nbasicConstraints=CA:FALSE\nkeyUsage = digitalSignature, keyEncipherment\nextendedKeyUsage = serverAuth\nsubjectAltName = @alt_names\n[alt_names]\nDNS.1 = api.example.com\nDNS.2 = *.api.example.com\nIP.1 = 10.0.0.1\n",
            """{ "basedOn": "Server", "critical": [] }""",
            "DNS:api.example.com,DNS:*.api.example.com,IP:10.0.0.1",
            365),
        // server of the script
        ["D11"] = (
            "basicConstraints=CA:FALSE\nnsCertType=server\nnsComment=\"OpenSSL Generated Server Certificate\"\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always\nkeyUsage=nonRepudiation, digitalSignature, keyEncipherment\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:server.example.com,IP:127.0.0.1\n",
            """{ "basedOn": "Server", "critical": [], "authorityKeyIdentifier": "KeyIdAndIssuer", "keyUsage": ["nonRepudiation", "digitalSignature", "keyEncipherment"], "netscape": { "certType": "Server", "comment": "OpenSSL Generated Server Certificate" } }""",
            "DNS:server.example.com,IP:127.0.0.1",
            36500),
        // client of the hello-world: no extension file at all
        ["D12"] = ("", "Bare", "", 1000),
        // client of the workshop
        ["D13"] = (
            "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid,issuer\nbasicConstraints = CA:FALSE\nkeyUsage = critical, nonRepudiation, digitalSignature, keyEncipherment\nextendedKeyUsage = clientAuth\n",
            """{ "basedOn": "Client", "critical": ["KeyUsage"], "keyUsage": ["nonRepudiation", "digitalSignature", "keyEncipherment"] }""",
            "",
            365),
        // client of the production guide
        ["D14"] = (
            "authorityKeyIdentifier=keyid,issuer\nbasicConstraints=CA:FALSE\nkeyUsage = digitalSignature\nextendedKeyUsage = clientAuth\n",
            """{ "basedOn": "Client", "critical": [] }""",
            "",
            365),
        // client of the script
        ["D15"] = (
            "basicConstraints=CA:FALSE\nnsCertType=client, email\nnsComment=\"OpenSSL Generated Client Certificate\"\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always\nkeyUsage=nonRepudiation, digitalSignature, keyEncipherment\nextendedKeyUsage=clientAuth, emailProtection\nsubjectAltName=DNS:client.example.com,IP:127.0.0.1\n",
            """{ "basedOn": "Client", "critical": [], "authorityKeyIdentifier": "KeyIdAndIssuer", "keyUsage": ["nonRepudiation", "digitalSignature", "keyEncipherment"], "extendedKeyUsage": ["clientAuth", "emailProtection"], "netscape": { "certType": ["Client", "Email"], "comment": "OpenSSL Generated Client Certificate" } }""",
            "DNS:client.example.com,IP:127.0.0.1",
            36500),
        // client and server of the script's steps
        ["D16"] = ("subjectAltName=DNS:localhost\nextendedKeyUsage=clientAuth\n", """{ "basedOn": "Bare", "subjectKeyIdentifier": true, "authorityKeyIdentifier": "KeyId", "extendedKeyUsage": "clientAuth" }""", "localhost", 365),
        ["D16 server"] = ("subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n", """{ "basedOn": "Bare", "subjectKeyIdentifier": true, "authorityKeyIdentifier": "KeyId", "extendedKeyUsage": "serverAuth" }""", "localhost", 365),
        // intermediate of the workshop: the built-in profile
        ["A17-A20"] = (
            "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always,issuer\nbasicConstraints = critical, CA:true, pathlen:0\nkeyUsage = critical, digitalSignature, cRLSign, keyCertSign\n",
            "Intermediate",
            "",
            1825),
    };

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Lines => new(Line);

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Lines))]
    public void Field_by_field_as_openssl_makes_them(string line)
    {
        var openssl = Peer.Require("openssl");
        var (extensions, profile, san, days) = Documents[line];
        var root = TestAuthority.Create(folder, "ca", change: options => options with { KeyAlgorithm = KeyAlgorithm.Rsa2048, Days = 36600 });
        SharedKeys.Of(KeyAlgorithm.Rsa2048).Save(folder.At("leaf.key"));
        openssl.Run("req", "-new", "-key", folder.At("leaf.key"), "-utf8", "-subj", "/C=FR/ST=Iles-De-France/L=Paris/O=Client B Organization/OU=Client Services/CN=client B", "-out", folder.At("leaf.csr"));
        string[] file = extensions.Length == 0 ? [] : ["-extfile", folder.Write("leaf.ext", extensions)];
        openssl.Run(["x509", "-req", "-in", folder.At("leaf.csr"), "-CA", folder.At("ca", "ca.crt"), "-CAkey", folder.At("ca", "private", "ca.key"), "-set_serial", "01", "-days", $"{days}", "-sha256", .. file, "-out", folder.At("theirs.crt")]);

        var ours = root.Issue(
            CertificateSigningRequest.Open(folder.At("leaf.csr")),
            new IssuanceOptions { Profile = Read(profile), San = san.Length == 0 ? null : AlternativeNames.Parse([san]), Days = days, SerialNumber = "01" });

        Assert.Equal(CertificateFields.Describe(folder.At("theirs.crt")), CertificateFields.Describe(ours.X509));
        Assert.Equal("01", ours.SerialNumber);
    }

    [SkippableFact]
    public void A_bare_certificate_is_version_1_and_read_by_everyone()
    {
        var root = TestAuthority.Create(folder, "ca");
        var warnings = new List<string>();

        var bare = root.Issue(TestAuthority.Request("CN=bare"), new IssuanceOptions { Profile = CertificateProfile.Bare }, warnings.Add);

        Assert.Contains("no extensions", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal((1, CertificateRole.AnyPurpose, 0), (bare.X509.Version, bare.Role, bare.X509.Extensions.Count));
        Assert.Equal(1, new X509CertificateParser().ReadCertificate(bare.X509.RawData).Version);
        Peer.Require("openssl").Run("verify", "-CAfile", root.CertificatePath, "-purpose", "sslclient", bare.Path!);
        Assert.Contains("Version: 1", Peer.Require("certtool").Run("--certificate-info", "--infile", bare.Path!).Output, StringComparison.Ordinal);
        Assert.Contains("Version: 1", Peer.Require("keytool").Run("-J-Duser.language=en", "-printcert", "-file", bare.Path!).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_have_no_place_in_a_bare_certificate()
    {
        var root = TestAuthority.Create(folder, "ca");
        var warnings = new List<string>();

        var bare = root.Issue(TestAuthority.Request("CN=bare", "bare.example"), new IssuanceOptions { Profile = CertificateProfile.Bare }, warnings.Add);
        var refused = Assert.Throws<IssuanceException>(() => root.Issue(TestAuthority.Request("CN=bare"), new IssuanceOptions { Profile = CertificateProfile.Bare, San = AlternativeNames.Parse(["a.example"]) }));

        Assert.Empty(bare.San);
        Assert.Contains(warnings, warning => warning.Contains("DNS:bare.example", StringComparison.Ordinal));
        Assert.Equal(ErrorCode.NameNotAllowed, refused.Code);
    }

    private IssuanceProfile Read(string profile) => profile[0] == '{'
        ? IssuanceProfile.Open(folder.Write("profile.json", profile))
        : Enum.Parse<CertificateProfile>(profile);
}

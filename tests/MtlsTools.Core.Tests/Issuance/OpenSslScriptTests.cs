using System.Security.Cryptography.X509Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Issuance;

/// <summary>The printed openssl commands, run by bash, make what we make.</summary>
public sealed class OpenSslScriptTests : IDisposable
{
    private const string Rich = """
        {
          "name": "rich", "basedOn": "Server", "lifetimeDays": 30, "critical": ["KeyUsage", "ExtendedKeyUsage", "CertificatePolicies"],
          "extendedKeyUsage": ["serverAuth", "1.3.6.1.4.1.99999.7"], "keyUsage": ["digitalSignature", "nonRepudiation"],
          "certificatePolicies": [{ "oid": "1.3.6.1.4.1.99999.1", "cpsUri": "http://ca.example.com/cps#1" }, { "oid": "1.3.6.1.4.1.99999.2" }],
          "crlUrls": ["http://ca.example.com/a.crl", "http://ca.example.com/b.crl"], "ocspUrls": "http://ocsp.example.com/", "issuerUrls": "http://ca.example.com/ca.crt",
          "netscape": { "certType": ["Server", "ObjSign"], "comment": "a \"quoted\" $comment # with \\ and, commas" }
        }
        """;

    private const string Plain = """{ "name": "plain", "basedOn": "Bare", "keyUsage": "digitalSignature" }""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("Server", "CN=api.example.com,O=Acme", "DNS:*.api.example.com,IP:10.0.0.1,IP:2001:db8::1,email:ann@example.com,URI:spiffe://example.org/a?b=$c")]
    [InlineData("Client", "CN=Renée O'Hara+UID=r/o\\+h,O=Caf\u00e9 'x' $HOME \\\\,C=FR", "")]
    [InlineData("Client", "", "URI:spiffe://example.org/service")]
    [InlineData("Peer", "CN=peer.example.com", "DNS:peer.example.com")]
    [InlineData("Intermediate", "CN=Below", "")]
    [InlineData("Bare", "CN=bare", "")]
    [InlineData(Rich, "CN=rich.example.com", "")]
    [InlineData(Plain, "CN=plain", "")]
    public void A_certificate_in_one_go(string profile, string subject, string san)
    {
        var root = TestAuthority.Create(folder, "the ca's [1]", change: options => options with { CrlUrls = ["http://crl.example.com/root.crl"], OcspUrls = ["http://ocsp.example.com/"] });
        SharedKeys.Of(KeyAlgorithm.EcdsaP256).Save(folder.At("a key's.key"));
        var request = TestAuthority.Request(subject, san);
        var options = new IssuanceOptions { Profile = Read(profile) };

        Run(OpenSslScript.ForCertificate(root, request, options, newKey: null, folder.At("a key's.key"), folder.At("theirs [1].crt"), encrypt: false));

        Assert.Equal(CertificateFields.Describe(root.Issue(request, options).X509), CertificateFields.Describe(folder.At("theirs [1].crt")));
        Assert.False(File.Exists(folder.At("theirs [1].csr")));
    }

    [SkippableTheory]
    [InlineData(KeyAlgorithm.EcdsaP256)]
    [InlineData(KeyAlgorithm.EcdsaP521)]
    [InlineData(KeyAlgorithm.Rsa2048)]
    public void A_request_with_its_key(KeyAlgorithm algorithm)
    {
        var names = AlternativeNames.Parse(["DNS:a.example,IP:127.0.0.1"]);

        Run(OpenSslScript.ForRequest(DistinguishedName.Parse("CN=a b,O=Acme"), names, algorithm, folder.At("a b.key"), folder.At("a b.csr"), encrypt: false));

        var made = CertificateSigningRequest.Open(folder.At("a b.csr"));
        Assert.Equal(("CN=a b,O=Acme", "DNS:a.example,IP:127.0.0.1", true), (made.Subject.ToString(), string.Join(',', made.San), made.SignatureValid));
        Assert.True(PrivateKey.Open(folder.At("a b.key")).Matches(made.PublicKey));
        Assert.Equal(algorithm.ToString(), made.PublicKey.ToString().Replace("ECDSA P-", "EcdsaP", StringComparison.Ordinal).Replace("RSA ", "Rsa", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.At("a b.key")));
    }

    [SkippableFact]
    public void An_approval_below_an_intermediate_with_another_subject()
    {
        var root = TestAuthority.Create(folder, "root");
        var inter = TestAuthority.Create(folder, "inter", issuer: root, change: options => options with { KeyAlgorithm = KeyAlgorithm.EcdsaP384 });
        var request = TestAuthority.Request("CN=asked", "DNS:asked.example");
        var options = new IssuanceOptions { Profile = CertificateProfile.Client, Subject = DistinguishedName.Parse("CN=decided,O=Acme"), San = AlternativeNames.Parse(["decided.example"]), Days = 7, SerialNumber = "1A2B" };

        Run(OpenSslScript.ForApproval(inter, request, options, requestPath: null, folder.At("theirs.crt")));

        var issued = inter.Issue(request, options);
        Assert.Equal(CertificateFields.Describe(issued.X509), CertificateFields.Describe(folder.At("theirs.crt")));
        var bundle = new X509Certificate2Collection();
        bundle.ImportFromPemFile(folder.At("theirs.crt"));
        Assert.Equal(["1A2B", inter.Certificate.SerialNumber], bundle.Select(one => one.SerialNumber));
    }

    [SkippableFact]
    public void Name_constraints_of_a_CA_and_what_was_copied()
    {
        Peer.Require("openssl").Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("k"), "-subj", "/CN=below", "-addext", "tlsfeature=status_request", "-out", folder.At("r.csr"));
        var root = TestAuthority.Create(folder, "root");
        var request = CertificateSigningRequest.Open(folder.At("r.csr"));
        var options = new IssuanceOptions { Profile = Read("""{ "name": "limited", "basedOn": "Intermediate", "pathLength": 2, "nameConstraints": { "permitted": ["DNS:example.com", "IP:10.0.0.0/8"], "excluded": "email:example.org" } }"""), CopyExtensions = ExtensionCopying.All };

        Run(OpenSslScript.ForApproval(root, request, options, request.Path, folder.At("theirs.crt")));

        var issued = root.Issue(request, options);
        Assert.Equal(CertificateFields.Describe(issued.X509), CertificateFields.Describe(folder.At("theirs.crt")));
        Assert.Equal((true, true), (issued.X509.Extensions[NameConstraints.Oid] is { Critical: true }, issued.X509.Extensions["1.3.6.1.5.5.7.1.24"] is not null));
    }

    [Fact]
    public void What_may_not_be_issued_is_not_printed()
    {
        var root = TestAuthority.Create(folder, "root");

        Assert.Equal(ErrorCode.SanRequired, Assert.Throws<IssuanceException>(() => OpenSslScript.ForApproval(root, TestAuthority.Request("CN=The server"), new IssuanceOptions { Profile = CertificateProfile.Server }, null, "x.crt")).Code);
    }

    [Theory]
    [InlineData("CN=../../etc/passwd", "etc-passwd")]
    [InlineData("CN=Ann Smith", "Ann-Smith")]
    [InlineData("O=Acme", "certificate")]
    public void File_names_stay_in_the_folder(string subject, string expected) => Assert.Equal(expected, OpenSslScript.FileNameFor(DistinguishedName.Parse(subject), []));

    private IssuanceProfile Read(string profile) => profile[0] == '{'
        ? IssuanceProfile.Open(folder.Write("profile.json", profile))
        : Enum.Parse<CertificateProfile>(profile);

    private void Run(string script)
    {
        Peer.Require("openssl");
        Peer.Require("bash").Run(folder.Write("script.sh", script));
    }
}

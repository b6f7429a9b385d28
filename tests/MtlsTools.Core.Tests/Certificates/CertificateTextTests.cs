using MtlsTools.Certificates;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Certificates;

/// <summary>Certificates and requests as text: every line of OpenSSL's, in its order, for what the documents' extension files make.</summary>
public sealed class CertificateTextTests : IDisposable
{
    private const string Script = "basicConstraints=CA:FALSE\nnsComment=\"OpenSSL Generated Certificate\"\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always\nkeyUsage=nonRepudiation, digitalSignature, keyEncipherment\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, string> Extensions => new()
    {
        { "a server of the script", Script + "nsCertType=server\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:server.example.com,IP:127.0.0.1", "rsa:2048" },
        { "a client of the script", Script + "nsCertType=client, email\nextendedKeyUsage=clientAuth, emailProtection\nsubjectAltName=DNS:client.example.com,IP:127.0.0.1", "rsa:2048" },
        { "the workshop's", "authorityKeyIdentifier=keyid,issuer\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:*.clientb.example,IP:::1", "ec" },
        { "a CA", "basicConstraints=critical,CA:TRUE,pathlen:1\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nnameConstraints=critical,permitted;DNS:example.com,permitted;IP:10.0.0.0/255.0.0.0,permitted;email:.example.com,excluded;IP:2001:db8::/ffff:ffff::,excluded;dirName:dn\npolicyConstraints=requireExplicitPolicy:3,inhibitPolicyMapping:1\ninhibitAnyPolicy=2", "ec" },
        { "URLs and policies", "crlDistributionPoints=URI:http://a.example/crl,URI:ldap://b.example/\nauthorityInfoAccess=OCSP;URI:http://o.example,caIssuers;URI:http://i.example\ncertificatePolicies=1.2.3.4,2.5.29.32.0,@cps\ntlsfeature=status_request\nnoCheck=ignored\nextendedKeyUsage=critical,OCSPSigning,codeSigning,timeStamping,anyExtendedKeyUsage,1.2.3.4", "ec" },
        { "every kind of name", "subjectAltName=critical,DNS:a.example,IP:2001:db8::1,email:a@b.example,URI:https://x.example/,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ann@corp,otherName:1.2.3.4;UTF8:x,RID:1.2.3,dirName:dn\nissuerAltName=DNS:issuer.example", "ec" },
        { "every netscape type and usage", "nsCertType=client,server,email,objsign,reserved,sslCA,emailCA,objCA\nkeyUsage=digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,keyAgreement,keyCertSign,cRLSign,encipherOnly,decipherOnly", "ed25519" },
    };

    [SkippableTheory]
    [MemberData(nameof(Extensions))]
    public void Has_every_line_of_OpenSSL(string what, string extensions, string key)
    {
        var openssl = Peer.Require("openssl");
        MakeCa(openssl);
        openssl.Run(["req", "-new", "-utf8", .. NewKey(key), "-nodes", "-keyout", folder.At("k"), "-subj", "/C=FR/O=Acme, Inc./CN=Zoë", "-out", folder.At("r.csr")]);
        folder.Write("x.ext", extensions + "\n[dn]\nC=FR\nO=Ac me\n[cps]\npolicyIdentifier=1.3.5.8\nCPS.1=http://cps.example/\nuserNotice.1=@notice\n[notice]\nexplicitText=UTF8:Be careful\n");
        openssl.Run("x509", "-req", "-in", folder.At("r.csr"), "-CA", folder.At("ca.crt"), "-CAkey", folder.At("ca.key"), "-CAcreateserial", "-days", "30", "-extfile", folder.At("x.ext"), "-out", folder.At("c.crt"));

        var ours = CertificateReader.ReadFile(folder.At("c.crt"))[0].ToText();

        AssertHolds(openssl.Run("x509", "-in", folder.At("c.crt"), "-noout", "-text", "-nameopt", "oneline,utf8,-esc_msb").Output, ours, what);
        foreach (var (line, option) in new[] { ("SHA1 Fingerprint=", "-sha1"), ("SHA256 Fingerprint=", "-sha256") })
            Assert.Contains(line + openssl.Run("x509", "-in", folder.At("c.crt"), "-noout", "-fingerprint", option).Output.Trim().Split('=')[1], ours, StringComparison.Ordinal);
        Assert.Contains("\nIssuer: CN = YourCAName\n".Trim(), ours, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("1", "Serial Number: 1 (0x1)", "1")]
    [InlineData("0x7FFFFFFFFFFFFFFF", "Serial Number: 9223372036854775807 (0x7fffffffffffffff)", "9223372036854775807")]
    [InlineData("0x00A1B2C3D4E5F60718", "a1:b2:c3:d4:e5:f6:07:18", "11651590505119483672")]
    public void Shows_serial_numbers_in_hex_and_decimal(string serial, string shown, string value)
    {
        var openssl = Peer.Require("openssl");
        openssl.Run(["req", "-x509", .. NewKey("ec"), "-nodes", "-keyout", folder.At("k"), "-subj", "/CN=x", "-set_serial", serial, "-out", folder.At("c.crt")]);

        var certificate = CertificateReader.ReadFile(folder.At("c.crt"))[0];

        Assert.Equal(value, certificate.SerialNumberDecimal);
        Assert.Contains(shown, certificate.ToText(), StringComparison.Ordinal);
        AssertHolds(openssl.Run("x509", "-in", folder.At("c.crt"), "-noout", "-text").Output, certificate.ToText(), serial);
    }

    [SkippableTheory]
    [InlineData("rsa:2048", "")]
    [InlineData("ec", "subjectAltName=DNS:a.example,IP:10.0.0.1")]
    public void Shows_requests_as_OpenSSL_does(string key, string extension)
    {
        var openssl = Peer.Require("openssl");
        string[] added = extension.Length == 0 ? [] : ["-addext", extension, "-addext", "keyUsage=critical,digitalSignature"];
        openssl.Run(["req", "-new", .. NewKey(key), "-nodes", "-keyout", folder.At("k"), "-subj", "/O=Acme/CN=x", .. added, "-out", folder.At("r.csr")]);

        var ours = CertificateSigningRequest.Open(folder.At("r.csr")).ToText();

        var theirs = openssl.Run("req", "-in", folder.At("r.csr"), "-noout", "-text").Output;
        AssertHolds(extension.Length > 0 ? theirs : theirs.Replace("Requested Extensions:", "", StringComparison.Ordinal), ours, key); // it announces an empty list
        Assert.EndsWith("self-signature verify OK\n", ours, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Unknown_and_damaged_extensions_stand_as_hex_and_control_characters_do_not_pass()
    {
        var openssl = Peer.Require("openssl");
        openssl.Run(["req", "-x509", .. NewKey("ec"), "-nodes", "-keyout", folder.At("k"), "-subj", "/CN=x", "-addext", "1.2.3.4=DER:0403010203", "-addext", "2.5.29.31=DER:3003FF", "-addext", "nsComment=DER:160461621b5b", "-out", folder.At("c.crt")]);

        var certificate = CertificateReader.ReadFile(folder.At("c.crt"))[0];
        var text = certificate.ToText();

        Assert.Contains("1.2.3.4:\n                04:03:01:02:03\n", text, StringComparison.Ordinal);
        Assert.Contains("X509v3 CRL Distribution Points:\n                (damaged)\n                30:03:ff\n", text, StringComparison.Ordinal);
        Assert.Contains("ab.[", text, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.ContentDamaged, Assert.Throws<InputException>(() => certificate.CrlUrls).Code);
    }

    [SkippableFact]
    public void Gives_identifiers_and_URLs_as_properties()
    {
        var openssl = Peer.Require("openssl");
        MakeCa(openssl);
        openssl.Run(["req", "-new", .. NewKey("ec"), "-nodes", "-keyout", folder.At("k"), "-subj", "/CN=x", "-out", folder.At("r.csr")]);
        folder.Write("x.ext", "subjectKeyIdentifier=01:02:03\nauthorityKeyIdentifier=keyid,issuer:always\nextendedKeyUsage=clientAuth,1.2.3\ncrlDistributionPoints=URI:http://a.example/crl,URI:ldap://b.example/\nauthorityInfoAccess=OCSP;URI:http://o.example,caIssuers;URI:http://i.example\n");
        openssl.Run("x509", "-req", "-in", folder.At("r.csr"), "-CA", folder.At("ca.crt"), "-CAkey", folder.At("ca.key"), "-CAcreateserial", "-extfile", folder.At("x.ext"), "-out", folder.At("c.crt"));
        var (ca, one) = (CertificateReader.ReadFile(folder.At("ca.crt"))[0], CertificateReader.ReadFile(folder.At("c.crt"))[0]);

        Assert.Equal(("010203", ca.SubjectKeyIdentifier, "CN=YourCAName", ca.SerialNumber), (one.SubjectKeyIdentifier, one.AuthorityKeyIdentifier!.KeyIdentifier, one.AuthorityKeyIdentifier.Issuer!.ToString(), one.AuthorityKeyIdentifier.SerialNumber));
        Assert.Equal(["clientAuth", "1.2.3"], one.ExtendedKeyUsage!);
        Assert.Equal(["http://a.example/crl", "ldap://b.example/"], one.CrlUrls);
        Assert.Equal(["http://o.example"], one.OcspUrls);
        Assert.Equal(["http://i.example"], one.IssuerUrls);
        Assert.Equal(one.PublicKey.Sha256, one.SpkiSha256);
        Assert.Empty(ca.CrlUrls);
        Assert.Null(ca.ExtendedKeyUsage);
    }

    private void MakeCa(Peer openssl) =>
        openssl.Run(["req", "-x509", .. NewKey("ec"), "-nodes", "-keyout", folder.At("ca.key"), "-subj", "/CN=YourCAName", "-out", folder.At("ca.crt")]);

    private static string[] NewKey(string kind) => kind == "ec" ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["-newkey", kind];

    /// <summary>Every line of theirs, in their order; we may say more in between.</summary>
    private static void AssertHolds(string theirs, string ours, string what)
    {
        var lines = ours.Split('\n').Select(line => line.TrimEnd()).ToList();
        var at = 0;
        foreach (var line in theirs.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
        {
            var found = lines.IndexOf(line, at);
            Assert.True(found >= 0, $"{what}: the line '{line}' is missing after line {at} of\n{ours}\nOpenSSL shows\n{theirs}");
            at = found + 1;
        }
    }
}

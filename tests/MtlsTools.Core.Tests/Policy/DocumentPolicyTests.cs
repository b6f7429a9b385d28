using MtlsTools.Audit;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Policy;

/// <summary>The certificates of the documents this module comes from, made with their own openssl commands (keys are shared, because RSA keys take long to make). Each draws exactly what is wrong with it.</summary>
public sealed class DocumentPolicyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [SkippableFact]
    public void The_hello_world()
    {
        // Two CAs; every prompt answered with Return, as the article's readers do.
        var openssl = Peer.Require("openssl");
        SaveKeys();
        folder.Write("localhost.ext", "authorityKeyIdentifier=keyid,issuer\nbasicConstraints=CA:FALSE\nkeyUsage = digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment\nsubjectAltName = @alt_names\n\n[alt_names]\nDNS.1 = localhost\n");
        foreach (var side in new[] { "server", "client" })
        {
            openssl.Run(["req", "-batch", "-new", "-x509", "-nodes", "-days", "1000", "-key", At("2048.key"), "-out", At($"{side}-ca.crt")]);
            openssl.Run(["req", "-batch", "-new", "-key", At("other.key"), "-out", At($"{side}.req")]);
        }

        openssl.Run(["x509", "-req", "-in", At("server.req"), "-days", "1000", "-CA", At("server-ca.crt"), "-CAkey", At("2048.key"), "-set_serial", "01", "-out", At("server.crt"), "-extfile", At("localhost.ext")]);
        openssl.Run(["x509", "-req", "-in", At("client.req"), "-days", "1000", "-CA", At("client-ca.crt"), "-CAkey", At("2048.key"), "-set_serial", "01", "-out", At("client.crt")]);

        AssertIds("server-ca.crt", "CaKeyUsageMissing CaKeyWeak");
        AssertIds("client-ca.crt", "CaKeyUsageMissing CaKeyWeak");
        AssertIds("server.crt", "SubjectEqualsIssuer EkuMissing KeyUsageSuperfluous ServerLifetimeAbove825 SerialPredictable RevocationMissing");
        AssertIds("client.crt", "SubjectEqualsIssuer NoExtensions ClientLifetimeLong SerialPredictable");
        AssertIds("server.req", "");
        Assert.Equal(["DuplicateSerial"], Together("server.crt", "client.crt"));
    }

    [SkippableFact]
    public void The_workshop()
    {
        var openssl = Peer.Require("openssl");
        SaveKeys();
        const string organisation = "/C=FR/ST=Iles-De-France/L=Paris/O=Client C Organization";
        openssl.Run(["req", "-x509", "-new", "-nodes", "-key", At("4096.key"), "-sha256", "-days", "3650", "-out", At("root.crt"), "-subj", organisation + "/OU=IT Department/CN=Client C Root CA"]);
        Sign(openssl, "inter", At("4096.key"), organisation + "/OU=Certificate Authority/CN=Client C Intermediate CA", "root.crt", At("4096.key"), "1825", "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid:always,issuer\nbasicConstraints = critical, CA:true, pathlen:0\nkeyUsage = critical, digitalSignature, cRLSign, keyCertSign");
        Sign(openssl, "client", At("2048.key"), "/C=FR/ST=Iles-De-France/L=Paris/O=Client B Organization/OU=Client Services/CN=client-b.local", "inter.crt", At("4096.key"), "365", "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid,issuer\nbasicConstraints = CA:FALSE\nkeyUsage = critical, nonRepudiation, digitalSignature, keyEncipherment\nextendedKeyUsage = clientAuth");
        Sign(openssl, "server", At("2048.key"), organisation + "/OU=Server Services/CN=client-c.local", "inter.crt", At("4096.key"), "365", "subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid,issuer\nbasicConstraints = CA:FALSE\nkeyUsage = critical, digitalSignature, keyEncipherment\nextendedKeyUsage = serverAuth\nsubjectAltName = @alt_names\n[alt_names]\nDNS.1 = client-c.local\nDNS.2 = localhost\nIP.1 = 127.0.0.1");
        File.WriteAllText(At("chain.crt"), File.ReadAllText(At("inter.crt")) + File.ReadAllText(At("root.crt")));

        AssertIds("root.crt", "CaKeyUsageMissing");
        AssertIds("inter.crt", "RevocationMissing");
        AssertIds("client.crt", "KeyUsageSuperfluous ClientLifetimeLong RevocationMissing");
        AssertIds("server.crt", "RevocationMissing");
        AssertIds("chain.crt", "ChainContainsRoot RevocationMissing CaKeyUsageMissing");
        Assert.Equal(["SharedKey"], Together("root.crt", "inter.crt"));
    }

    [SkippableFact]
    public void The_production_guide()
    {
        var openssl = Peer.Require("openssl");
        SaveKeys();
        openssl.Run(["req", "-x509", "-new", "-nodes", "-key", At("4096.key"), "-sha256", "-days", "3650", "-out", At("ca.crt"), "-subj", "/C=US/ST=California/O=MyOrg/CN=MyOrg Root CA"]);
        Sign(openssl, "server", At("2048.key"), "/C=US/ST=California/O=MyOrg/CN=api.example.com", "ca.crt", At("4096.key"), "365", "authorityKeyIdentifier=keyid,issuer\nbasicConstraints=CA:FALSE\nkeyUsage = digitalSignature, keyEncipherment\nextendedKeyUsage = serverAuth\nsubjectAltName = @alt_names\n[alt_names]\nDNS.1 = api.example.com\nDNS.2 = *.api.example.com\nIP.1 = 10.0.0.1");
        Sign(openssl, "client", At("2048.key"), "/C=US/ST=California/O=MyOrg/CN=service-a", "ca.crt", At("4096.key"), "365", "authorityKeyIdentifier=keyid,issuer\nbasicConstraints=CA:FALSE\nkeyUsage = digitalSignature\nextendedKeyUsage = clientAuth");

        AssertIds("ca.crt", "CaKeyUsageMissing");
        AssertIds("server.crt", "RevocationMissing");
        AssertIds("client.crt", "ClientLifetimeLong RevocationMissing");

        // A client of this guide in a year, and its CA in nine and a half.
        AssertIds("client.crt", "Expired ClientLifetimeLong RevocationMissing", days: 366);
        AssertIds("ca.crt", "CaExpiresSoon CaKeyUsageMissing", days: 3650 - 182);
    }

    [SkippableFact]
    public void The_script()
    {
        var openssl = Peer.Require("openssl");
        SaveKeys();
        openssl.Run(["req", "-x509", "-new", "-nodes", "-key", At("2048.key"), "-sha256", "-days", "36500", "-out", At("ca.crt"), "-subj", "/CN=YourCAName"]);

        // The commands of the script run in one second or in two: what it issues ends with its CA, or after it.
        WaitForNextSecond();
        Sign(openssl, "server", At("other.key"), "/CN=server_common_name", "ca.crt", At("2048.key"), "36500", "basicConstraints=CA:FALSE\nnsCertType=server\nnsComment=\"OpenSSL Generated Server Certificate\"\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always\nkeyUsage=nonRepudiation, digitalSignature, keyEncipherment\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:server.example.com,IP:127.0.0.1");
        Sign(openssl, "client", At("other.key"), "/CN=client_common_name", "ca.crt", At("2048.key"), "36500", "basicConstraints=CA:FALSE\nnsCertType=client, email\nnsComment=\"OpenSSL Generated Client Certificate\"\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always\nkeyUsage=nonRepudiation, digitalSignature, keyEncipherment\nextendedKeyUsage=clientAuth, emailProtection\nsubjectAltName=DNS:client.example.com,IP:127.0.0.1");

        AssertIds("ca.crt", "CaKeyUsageMissing CaKeyWeak CaLifetimeLong");
        const string both = "OutlivesIssuer AuthorityKeyIdNamesSerial KeyUsageSuperfluous NetscapeExtension RevocationMissing";
        AssertIds("server.crt", both + " CommonNameNotInSan ServerLifetimeAbove825", issuer: "ca.crt");
        AssertIds("client.crt", both + " ClientLifetimeLong", issuer: "ca.crt");
        Assert.Equal(["SharedKey"], Together("server.crt", "client.crt"));
    }

    [SkippableFact]
    public void The_steps()
    {
        var openssl = Peer.Require("openssl");
        SaveKeys();
        openssl.Run(["req", "-batch", "-new", "-x509", "-nodes", "-days", "365", "-key", At("2048.key"), "-out", At("ca-cert.pem")]);
        openssl.Run(["req", "-batch", "-new", "-days", "365", "-key", At("other.key"), "-out", At("req.pem")]);
        foreach (var (side, purpose) in new[] { ("server", "serverAuth"), ("client", "clientAuth") })
        {
            folder.Write("ext", $"\n[SAN]\nsubjectAltName=DNS:localhost\nextendedKeyUsage={purpose}");
            openssl.Run(["x509", "-req", "-days", "365", "-set_serial", "01", "-in", At("req.pem"), "-out", At($"{side}-cert.pem"), "-CA", At("ca-cert.pem"), "-CAkey", At("2048.key"), "-extensions", "SAN", "-extfile", At("ext")]);
        }

        AssertIds("ca-cert.pem", "CaKeyUsageMissing CaKeyWeak");
        const string both = "SubjectEqualsIssuer SerialPredictable KeyUsageMissing RevocationMissing";
        AssertIds("server-cert.pem", both);
        AssertIds("client-cert.pem", both + " ClientLifetimeLong");
        Assert.Equal(["DuplicateSerial"], Together("server-cert.pem", "client-cert.pem"));
    }

    public void Dispose() => folder.Dispose();

    private string At(string name) => folder.At(name);

    private void SaveKeys()
    {
        Save("2048.key", SharedKeys.Of(KeyAlgorithm.Rsa2048));
        Save("other.key", SharedKeys.Of(KeyAlgorithm.Rsa3072));
        Save("4096.key", SharedKeys.Of(KeyAlgorithm.Rsa4096));

        void Save(string name, PrivateKey key)
        {
            using (key)
                key.Save(At(name));
        }
    }

    private void Sign(Peer openssl, string name, string key, string subject, string ca, string caKey, string days, string extensions)
    {
        openssl.Run(["req", "-new", "-key", key, "-out", At("it.csr"), "-subj", subject]);
        openssl.Run(["x509", "-req", "-in", At("it.csr"), "-CA", At(ca), "-CAkey", caKey, "-CAcreateserial", "-out", At(name + ".crt"), "-days", days, "-sha256", "-extfile", folder.Write("it.ext", extensions + "\n")]);
    }

    private void AssertIds(string name, string expected, string? issuer = null, int days = 0)
    {
        var issuers = issuer is null ? null : MtlsTools.Certificates.CertificateReader.ReadFile(At(issuer));
        var audit = new PolicyAudit(new PolicyOptions { AsOf = DateTimeOffset.UtcNow.AddDays(days) }, issuers);
        var ids = audit.JudgeFile(At(name)).SelectMany(report => report.Findings).Select(finding => finding.Id);
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), ids.Order());
    }

    private IEnumerable<string> Together(params string[] names)
    {
        var audit = new PolicyAudit();
        foreach (var name in names)
            Assert.NotEmpty(audit.JudgeFile(At(name)).ToList());
        return audit.Finish().SelectMany(report => report.Findings).Select(finding => finding.Id).Order();
    }

    private static void WaitForNextSecond()
    {
        var second = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        while (DateTimeOffset.UtcNow.ToUnixTimeSeconds() == second)
            Thread.Sleep(10);
    }
}

using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using X509CertificateParser = Org.BouncyCastle.X509.X509CertificateParser;

namespace MtlsTools.Tests.Certificates;

/// <summary>What other programs make is read here: requests are certified, PFX files and chains opened.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    private const string Password = "secret1";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("go", "CN=go.example.com,O=Zoë & Söhne,C=DE", "DNS:go.example.com,DNS:*.go.example.com,email:ops@example.com,IP:192.0.2.7,IP:2001:db8::7,URI:spiffe://example.org/go", "ECDSA P-384")]
    [InlineData("keytool", "CN=java.example.com,OU=研究,O=Acme,C=FR", "DNS:java.example.com,IP:192.0.2.7", "ECDSA P-256")]
    [InlineData("certutil", "CN=nss.example.com,O=Acme\\, Inc.,C=FR", "DNS:nss.example.com,email:ops@example.com", "RSA 2048")]
    [InlineData("BouncyCastle", "CN=bc.example.com,O=Acme", "", "ECDSA P-521")]
    public void A_request_is_read_and_certified(string maker, string subject, string san, string key)
    {
        var path = folder.At("a.csr");
        Action make = maker switch
        {
            "go" => () => GoPeer.Require().Run("make-request", folder.At("a.key"), path),
            "keytool" => () => JavaRequest(path),
            "certutil" => () => NssRequest(path),
            _ => () => BouncyCastleRequest(path),
        };
        make();

        var request = CertificateSigningRequest.Open(path);

        Assert.True(request.SignatureValid);
        Assert.Equal((DistinguishedName.Parse(subject).ToString(), key), (request.Subject.ToString(), request.PublicKey.ToString()));
        Assert.Equal(san, string.Join(',', request.San.Select(name => name.ToString())));
        var root = TestAuthority.Create(folder, "root");
        var issued = root.Issue(CertificateProfile.Client, request);
        Assert.Equal(request.Subject.Der.ToArray(), issued.Subject.Der.ToArray());
        Assert.Equal(request.PublicKey, issued.PublicKey);
    }

    [SkippableTheory]
    [InlineData("keytool", "inter", "root")]
    [InlineData("certtool", "inter")] // it takes along one CA only
    [InlineData("pk12util", "inter", "root")]
    [InlineData("BouncyCastle", "inter", "root")]
    public void A_PFX_is_read(string maker, params string[] chain)
    {
        var root = TestAuthority.Create(folder, "root");
        var leaf = TestAuthority.Create(folder, "inter", issuer: root).Issue(CertificateProfile.Client, TestAuthority.Request("CN=ann"));
        Action<MtlsCertificate, string> make = maker switch
        {
            "keytool" => JavaPfx,
            "certtool" => GnuTlsPfx,
            "pk12util" => NssPfx,
            _ => BouncyCastlePfx,
        };
        make(leaf, folder.At("a.p12"));

        var read = CertificateReader.ReadIdentity(folder.At("a.p12"), password: Secret.From(Password));

        Assert.Equal(leaf, read);
        Assert.True(read.HasPrivateKey);
        Assert.Equal(chain, read.Chain.Select(one => one.Name));
        Assert.Equal(ErrorCode.PasswordWrong, Assert.Throws<PasswordException>(() => CertificateReader.ReadFile(folder.At("a.p12"), Secret.From("wrong"))).Code);
    }

    [SkippableFact]
    public void A_trust_store_and_a_listing_of_Java_are_read()
    {
        var keytool = Peer.Require("keytool");
        var root = TestAuthority.Create(folder, "root");
        keytool.Run("-importcert", "-noprompt", "-alias", "root", "-file", root.CertificatePath, "-keystore", folder.At("trust.p12"), "-storetype", "PKCS12", "-storepass", Password);

        var listing = folder.Write("listing.txt", keytool.Run("-list", "-rfc", "-keystore", folder.At("trust.p12"), "-storepass", Password).Output);

        Assert.Equal(root.Certificate, Assert.Single(CertificateReader.ReadFile(folder.At("trust.p12"), Secret.From(Password))));
        Assert.Equal(root.Certificate, Assert.Single(CertificateReader.ReadFile(listing)));
    }

    private void JavaRequest(string path)
    {
        var keytool = Peer.Require("keytool");
        string[] store = ["-keystore", folder.At("store"), "-storetype", "PKCS12", "-storepass", Password, "-alias", "a"];
        keytool.Run(["-J-Dfile.encoding=UTF-8", "-J-Dsun.jnu.encoding=UTF-8", "-genkeypair", .. store, "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=java.example.com, OU=研究, O=Acme, C=FR"]);
        keytool.Run(["-certreq", .. store, "-ext", "SAN=dns:java.example.com,ip:192.0.2.7", "-file", path]);
    }

    private void NssRequest(string path)
    {
        var (certutil, database) = (Peer.Require("certutil"), NssDatabase());
        certutil.Run("-R", "-d", database, "-k", "rsa", "-g", "2048", "-z", Noise(), "-s", "CN=nss.example.com,O=\"Acme, Inc.\",C=FR", "--extSAN", "dns:nss.example.com,email:ops@example.com", "-a", "-o", path);
    }

    private static void BouncyCastleRequest(string path)
    {
        var generator = GeneratorUtilities.GetKeyPairGenerator("ECDSA");
        generator.Init(new Org.BouncyCastle.Crypto.Parameters.ECKeyGenerationParameters(Org.BouncyCastle.Asn1.Sec.SecObjectIdentifiers.SecP521r1, new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        File.WriteAllBytes(path, new Pkcs10CertificationRequest(new Asn1SignatureFactory("SHA512withECDSA", pair.Private), new X509Name("O=Acme,CN=bc.example.com"), pair.Public, null).GetDerEncoded());
    }

    private void JavaPfx(MtlsCertificate leaf, string path)
    {
        // Java takes a key only out of another store; what it writes is its own.
        var source = folder.Write("source.p12", CertificateExporter.Export(leaf, ExportFormat.Pfx, Secret.From(Password)));
        Peer.Require("keytool").Run("-importkeystore", "-noprompt", "-srckeystore", source, "-srcstorepass", Password, "-destkeystore", path, "-deststoretype", "PKCS12", "-deststorepass", Password);
    }

    private void GnuTlsPfx(MtlsCertificate leaf, string path) => Peer.Require("certtool").Run(
        "--to-p12", "--load-certificate", Write(leaf, "leaf"), "--load-privkey", Key(leaf), "--load-ca-certificate", Write("issuers", leaf.Chain), "--p12-name", "ann", "--password", Password, "--outder", "--outfile", path);

    private void NssPfx(MtlsCertificate leaf, string path)
    {
        var (pk12util, database) = (Peer.Require("pk12util"), NssDatabase());
        var source = folder.Write("source.p12", CertificateExporter.Export(leaf, ExportFormat.Pfx, Secret.From(Password)));
        pk12util.Run("-i", source, "-d", database, "-W", Password);
        pk12util.Run("-o", path, "-n", "ann", "-d", database, "-W", Password);
    }

    private static void BouncyCastlePfx(MtlsCertificate leaf, string path)
    {
        var parser = new X509CertificateParser();
        var store = new Pkcs12StoreBuilder().Build();
        var chain = leaf.Chain.Prepend(leaf).Select(one => new X509CertificateEntry(parser.ReadCertificate(one.RawData.ToArray()))).ToArray();
        store.SetKeyEntry("ann", new AsymmetricKeyEntry(PrivateKeyFactory.CreateKey(leaf.PrivateKey!.ExportPkcs8())), chain);
        using var file = File.Create(path);
        store.Save(file, Password.ToCharArray(), new SecureRandom());
    }

    private string NssDatabase()
    {
        var database = "sql:" + folder.At("nss");
        Directory.CreateDirectory(folder.At("nss"));
        Peer.Require("certutil").Run("-N", "-d", database, "--empty-password");
        return database;
    }

    private string Noise() => folder.Write("noise", System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));

    private string Key(MtlsCertificate certificate) => folder.Write("a.key", certificate.PrivateKey!.ExportPem(null));

    private string Write(MtlsCertificate certificate, string name) => Write(name, [certificate]);

    private string Write(string name, IEnumerable<MtlsCertificate> certificates) => folder.Write(name + ".pem", string.Concat(certificates.Select(one => one.ToPem())));
}

using MtlsTools.Certificates;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Cms;
using Org.BouncyCastle.Pkcs;

namespace MtlsTools.Tests.Certificates;

/// <summary>Every form is opened by the programs it is named for.</summary>
public sealed class ExportPeerTests(LivePki pki) : IClassFixture<LivePki>, IDisposable
{
    private const string Password = "pass wörd";
    private const string Aes = "PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256";
    private const string TripleDes = "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 100000";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData(PfxCompatibility.Modern, "MAC: sha256, Iteration 100000", Aes)]
    [InlineData(PfxCompatibility.OpenSsl3, "MAC: sha256, Iteration 100000", Aes)]
    [InlineData(PfxCompatibility.Java, "MAC: sha256, Iteration 100000", Aes)]
    [InlineData(PfxCompatibility.Windows2016, "MAC: sha1, Iteration 100000", TripleDes)]
    [InlineData(PfxCompatibility.MacOS, "MAC: sha1, Iteration 100000", TripleDes)]
    public void A_PFX_has_the_algorithms_of_its_name(PfxCompatibility compatibility, string mac, string encryption)
    {
        var openssl = Peer.Require("openssl");
        var path = Save("a.pfx", new ExportOptions { Format = ExportFormat.Pfx, Compatibility = compatibility, Password = Secret.From("secret"), FriendlyName = "Ann's key" }, pki.Client);

        // The legacy provider is not loaded.
        var shown = openssl.Run("pkcs12", "-in", path, "-info", "-noenc", "-passin", "pass:secret").All;

        Assert.Contains(mac, shown, StringComparison.Ordinal);
        Assert.Equal(2, shown.Split(encryption).Length - 1);
        Assert.Equal(2, shown.Split("friendlyName: Ann's key").Length - 1);
        Assert.Equal(3, shown.Split("-----BEGIN CERTIFICATE-----").Length - 1);
        Assert.Contains("-----BEGIN PRIVATE KEY-----", shown, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(PfxCompatibility.Modern, Password)]
    [InlineData(PfxCompatibility.Windows2016, Password)]
    [InlineData(PfxCompatibility.Modern, "secret")]
    public void A_PFX_is_opened_by_GnuTLS_NSS_and_BouncyCastle(PfxCompatibility compatibility, string password)
    {
        var (certtool, pk12util) = (Peer.Require("certtool"), Peer.Require("pk12util"));
        var path = Save("a.pfx", new ExportOptions { Format = ExportFormat.Pfx, Compatibility = compatibility, Password = Secret.From(password), FriendlyName = "Ann's key" }, pki.Client);

        Assert.Equal(3, certtool.Run("--p12-info", "--inder", "--infile", path, "--password", password).All.Split("-----BEGIN CERTIFICATE-----").Length - 1);
        var nss = pk12util.Run("-l", path, "-W", password).All;
        Assert.Contains("Friendly Name: Ann's key", nss, StringComparison.Ordinal);
        Assert.Equal(3, nss.Split("Serial Number").Length - 1);

        // BouncyCastle stretches only ASCII passwords for PBES2 as the others do.
        if (compatibility == PfxCompatibility.Modern && password == Password)
            return;
        using var file = File.OpenRead(path);
        var store = new Pkcs12Store(file, password.ToCharArray());
        Assert.Equal(3, store.GetCertificateChain("Ann's key").Length);
        Assert.NotNull(store.GetKey("Ann's key"));
    }

    [SkippableFact]
    public void Java_finds_the_alias_and_signs_with_the_key()
    {
        var keytool = Peer.Require("keytool");
        var path = Save("a.pfx", new ExportOptions { Format = ExportFormat.Pfx, Compatibility = PfxCompatibility.Java, Password = Secret.From("secret"), FriendlyName = "Ann's key" }, pki.Client);

        var listed = keytool.Run("-list", "-v", "-keystore", path, "-storetype", "PKCS12", "-storepass", "secret").Output;
        keytool.Run("-certreq", "-alias", "ann's key", "-keystore", path, "-storetype", "PKCS12", "-storepass", "secret", "-file", folder.At("java.csr"));

        Assert.Contains("Alias name: ann's key", listed, StringComparison.Ordinal);
        Assert.Contains("Entry type: PrivateKeyEntry", listed, StringComparison.Ordinal);
        Assert.Contains("Certificate chain length: 3", listed, StringComparison.Ordinal);
        var request = CertificateSigningRequest.Open(folder.At("java.csr"));
        Assert.True(request.SignatureValid);
        Assert.Equal(pki.Client.PublicKey, request.PublicKey);
    }

    [SkippableFact]
    public void Java_opens_nothing_with_the_passwords_that_are_refused_for_it()
    {
        var keytool = Peer.Require("keytool");
        var path = Save("a.pfx", new ExportOptions { Format = ExportFormat.Pfx, Password = Secret.From(Password) }, pki.Client);

        Assert.NotEqual(0, keytool.Try("-J-Dfile.encoding=UTF-8", "-J-Dsun.jnu.encoding=UTF-8", "-list", "-keystore", path, "-storepass", Password).ExitCode);
        Assert.All(
            new[]
            {
                new ExportOptions { Format = ExportFormat.Pfx, Compatibility = PfxCompatibility.Java, Password = Secret.From(Password) },
                new ExportOptions { Format = ExportFormat.TrustStore, Password = Secret.From(Password) },
                new ExportOptions { Format = ExportFormat.Pfx, Compatibility = PfxCompatibility.Java, AllowEmptyPassword = true },
                new ExportOptions { Format = ExportFormat.TrustStore, AllowEmptyPassword = true, Password = Secret.From("") },
            },
            options => Assert.Equal(ErrorCode.PasswordNotSuitable, Assert.Throws<PasswordException>(() => CertificateExporter.Export([pki.Client], options)).Code));
    }

    [SkippableFact]
    public void An_empty_password_is_one_that_others_know_as_well()
    {
        var openssl = Peer.Require("openssl");
        var path = Save("a.pfx", new ExportOptions { Format = ExportFormat.Pfx, AllowEmptyPassword = true }, pki.Client);

        Assert.Contains("-----BEGIN PRIVATE KEY-----", openssl.Run("pkcs12", "-in", path, "-noenc", "-passin", "pass:").All, StringComparison.Ordinal);
        using var file = File.OpenRead(path);
        Assert.Single(new Pkcs12Store(file, []).Aliases.Cast<string>());
        Assert.True(CertificateReader.ReadFile(path)[0].HasPrivateKey);
        Assert.True(CertificateReader.ReadFile(path, Secret.From(""))[0].HasPrivateKey);
        Assert.Equal("600", UnixMode.Of(path));
    }

    [SkippableFact]
    public void Java_trusts_a_trust_store()
    {
        var keytool = Peer.Require("keytool");
        var twin = TestAuthority.Create(folder, "CLIENT root").Certificate;
        var path = Save("trust.p12", new ExportOptions { Format = ExportFormat.TrustStore, Password = Secret.From("secret") }, pki.Client, pki.ClientRoot.Certificate, twin, pki.Server);

        var java = keytool.Run("-list", "-v", "-keystore", path, "-storetype", "PKCS12", "-storepass", "secret").Output;

        // Each once, and none lost because another has the same name in small letters.
        Assert.Contains("Your keystore contains 5 entries", java, StringComparison.Ordinal);
        Assert.Equal(5, java.Split("Entry type: trustedCertEntry").Length - 1);
        foreach (var alias in new[] { "client inter", "client root", "client root 2", "server inter", "server root" })
            Assert.Contains($"Alias name: {alias}\n", java.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Others_see_a_trust_store_without_a_key()
    {
        var (openssl, certtool, pk12util) = (Peer.Require("openssl"), Peer.Require("certtool"), Peer.Require("pk12util"));
        var path = Save("trust.p12", new ExportOptions { Format = ExportFormat.TrustStore, Password = Secret.From("secret") }, pki.Client);

        var shown = openssl.Run("pkcs12", "-in", path, "-info", "-noenc", "-passin", "pass:secret").All;
        Assert.Equal(2, shown.Split("2.16.840.1.113894.746875.1.1: <Unsupported tag 6>").Length - 1);
        Assert.DoesNotContain("PRIVATE KEY", shown, StringComparison.Ordinal);
        Assert.Equal(2, certtool.Run("--p12-info", "--inder", "--infile", path, "--password", "secret").All.Split("-----BEGIN CERTIFICATE-----").Length - 1);
        Assert.Contains("Friendly Name: Client Root", pk12util.Run("-l", path, "-W", "secret").All, StringComparison.Ordinal);
        using var file = File.OpenRead(path);
        var store = new Pkcs12Store(file, "secret".ToCharArray());
        Assert.Equal(["Client Inter", "Client Root"], store.Aliases.Cast<string>().Where(store.IsCertificateEntry).Order());
        Assert.Equal(["Client Inter", "Client Root"], CertificateReader.ReadFile(path, Secret.From("secret")).Select(one => one.Name).Order());
        Assert.Equal("644", UnixMode.Of(path));
    }

    [SkippableTheory]
    [InlineData(ExportFormat.P7b, "DER")]
    [InlineData(ExportFormat.P7bPem, "PEM")]
    public void PKCS7_is_read_by_all(ExportFormat format, string encoding)
    {
        var (openssl, certtool, keytool) = (Peer.Require("openssl"), Peer.Require("certtool"), Peer.Require("keytool"));
        MtlsCertificate[] expected = [pki.Client, pki.ClientInter.Certificate, pki.ClientRoot.Certificate, pki.ClientOf("expired")!];
        var path = Save("a.p7b", new ExportOptions { Format = format }, pki.Client, pki.ClientOf("expired")!, pki.Client);

        var shown = openssl.Run("pkcs7", "-inform", encoding, "-in", path, "-print_certs").Output;
        string[] inder = format == ExportFormat.P7b ? ["--inder"] : [];
        var gnutls = certtool.Run(["--p7-info", .. inder, "--infile", path]).Output;
        Assert.All(expected, one => Assert.Contains(one.ToPem().Trim(), shown, StringComparison.Ordinal));
        Assert.All(expected, one => Assert.Contains(one.ToPem().Trim(), gnutls, StringComparison.Ordinal));
        Assert.Equal(4, shown.Split("-----BEGIN CERTIFICATE-----").Length - 1);
        var der = format == ExportFormat.P7b ? File.ReadAllBytes(path) : Assert.Single(MtlsTools.Encoding.PemBlock.ReadAll(File.ReadAllBytes(path))).Data.ToArray();
        Assert.Equal(4, new CmsSignedData(der).GetCertificates("Collection").GetMatches(null).Count);

        var java = keytool.Run("-printcert", "-file", path).Output;
        Assert.All(expected, one => Assert.Contains(one.Sha256, java.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_Kubernetes_secret_holds_chain_key_and_issuers()
    {
        var (python, openssl) = (Peer.Require("python3"), Peer.Require("openssl"));
        Skip.If(python.Try("-c", "import yaml").ExitCode != 0, "The Python package 'yaml' is not installed; on Debian: apt install python3-yaml");
        var path = Save("a.yaml", new ExportOptions { Format = ExportFormat.KubernetesSecret, SecretName = "1.5", Namespace = "null" }, pki.Client);

        var said = python.Run(Peer.Asset("secret.py"), path, folder.Path).Output;

        Assert.Equal("v1 Secret kubernetes.io/tls [('name', '1.5'), ('namespace', 'null')] ['ca.crt', 'tls.crt', 'tls.key']", said.Trim());
        Assert.Equal(CertificateExporter.Export(pki.Client, ExportFormat.FullChain), File.ReadAllBytes(folder.At("tls.crt")));
        Assert.Equal(CertificateExporter.Export(pki.Client, ExportFormat.Bundle), File.ReadAllBytes(folder.At("ca.crt")));
        openssl.Run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", folder.At("ca.crt"), "-untrusted", folder.At("tls.crt"), folder.At("tls.crt"));
        Assert.Equal(
            openssl.Run("x509", "-in", folder.At("tls.crt"), "-noout", "-pubkey").Output,
            openssl.Run("pkey", "-in", folder.At("tls.key"), "-pubout").Output);
        Assert.Equal("600", UnixMode.Of(path));
    }

    [SkippableFact]
    public void Base64_is_one_line_of_DER_or_PFX()
    {
        var openssl = Peer.Require("openssl");
        var certificate = Save("a.b64", new ExportOptions { Format = ExportFormat.Base64 }, pki.Client);
        var pfx = Save("a.pfx.b64", new ExportOptions { Format = ExportFormat.PfxBase64, Password = Secret.From("secret") }, pki.Client);

        openssl.Run("base64", "-d", "-A", "-in", certificate, "-out", folder.At("a.der"));
        openssl.Run("base64", "-d", "-A", "-in", pfx, "-out", folder.At("a.pfx"));

        Assert.Equal(pki.Client.ToPem(), openssl.Run("x509", "-inform", "DER", "-in", folder.At("a.der")).Output);
        Assert.Equal(pki.Client, CertificateReader.ReadIdentity(folder.At("a.pfx"), password: Secret.From("secret")));
        Assert.All([certificate, pfx], path => Assert.Single(File.ReadAllLines(path)));
        Assert.Equal(("644", "600"), (UnixMode.Of(certificate), UnixMode.Of(pfx)));
    }

    [SkippableFact]
    public void Json_says_what_OpenSSL_says()
    {
        var (python, openssl) = (Peer.Require("python3"), Peer.Require("openssl"));
        var path = Save("a.json", new ExportOptions { Format = ExportFormat.Json }, pki.Server);
        const string script = "import json,sys; d=json.load(open(sys.argv[1],encoding='utf-8')); sys.stdout.write(d['pem']); print(d['name'],d['role'],d['subject'],d['issuer'],d['serialNumber'],d['san'],d['isCa'],d['key'],[c['name'] for c in d['chain']],sep='|'); print(d['sha256'],d['sha1'],d['notAfter'])";

        var said = python.Run("-c", script, path).Output.ReplaceLineEndings("\n");

        var pem = pki.Server.ToPem();
        Assert.Equal($"{pem}server|Server|CN=server,O=Acme|CN=Server Inter,O=Acme|{pki.Server.SerialNumber}|['DNS:localhost', 'IP:127.0.0.1', 'DNS:server']|False|ECDSA P-256|['Server Inter', 'Server Root']\n{pki.Server.Sha256} {pki.Server.Thumbprint} {pki.Server.NotAfter:yyyy-MM-ddTHH:mm:sszzz}\n", said);
        Assert.Contains(pki.Server.Sha256, openssl.Run("x509", "-in", folder.Write("s.pem", pem), "-noout", "-fingerprint", "-sha256").Output.Replace(":", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Der_is_read_by_OpenSSL_and_Java()
    {
        var (openssl, keytool) = (Peer.Require("openssl"), Peer.Require("keytool"));
        var path = Save("a.cer", new ExportOptions { Format = ExportFormat.Der }, pki.Client);

        Assert.Equal(pki.Client.ToPem(), openssl.Run("x509", "-inform", "DER", "-in", path).Output);
        Assert.Contains("Owner: CN=client, O=Acme", keytool.Run("-printcert", "-file", path).Output, StringComparison.Ordinal);
        Assert.Equal(pki.Client, Assert.Single(CertificateReader.ReadFile(path)));
    }

    private string Save(string name, ExportOptions options, params MtlsCertificate[] certificates)
    {
        using var file = MtlsTools.Encoding.PendingFile.Create(folder.At(name), CertificateExporter.AudienceOf(options.Format), overwrite: false);
        CertificateExporter.Write(file, certificates, options);
        file.Commit();
        return folder.At(name);
    }
}

using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.X509;

namespace MtlsTools.Tests.Certificates;

/// <summary>What is handed out holds what it should, no more, and other implementations read it.</summary>
public sealed class CertificateExportTests(CertificateExportTests.Exported exported) : IClassFixture<CertificateExportTests.Exported>
{
    private const string Password = "pass wörd";

    private readonly LivePki pki = exported.Pki;

    [Fact]
    public void Pem_is_the_certificate_alone() => AssertPem(ExportFormat.Pem, pki.Client, pki.Client);

    [Fact]
    public void A_full_chain_leaves_the_root_out() => AssertPem(ExportFormat.FullChain, pki.Client, pki.Client, pki.ClientInter.Certificate);

    [Fact]
    public void A_bundle_is_the_issuers_with_the_root() => AssertPem(ExportFormat.Bundle, pki.Client, pki.ClientInter.Certificate, pki.ClientRoot.Certificate);

    [Fact]
    public void The_bundle_of_a_CA_begins_with_itself()
    {
        AssertPem(ExportFormat.Bundle, pki.ClientInter.Certificate, pki.ClientInter.Certificate, pki.ClientRoot.Certificate);
        AssertPem(ExportFormat.Bundle, pki.ClientRoot.Certificate, pki.ClientRoot.Certificate);
        AssertPem(ExportFormat.FullChain, pki.ClientRoot.Certificate, pki.ClientRoot.Certificate);
    }

    [SkippableFact]
    public void OpenSSL_verifies_a_full_chain_against_a_bundle()
    {
        var openssl = Peer.Require("openssl");
        var chain = exported.Save("chain.pem", ExportFormat.FullChain);
        var bundle = exported.Save("bundle.pem", ExportFormat.Bundle);

        openssl.Run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", bundle, chain);
        openssl.Run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", pki.ClientRoot.CertificatePath, "-untrusted", chain, chain);
    }

    [SkippableFact]
    public void OpenSSL_opens_the_PFX_and_shows_modern_protection()
    {
        var openssl = Peer.Require("openssl");

        var shown = openssl.Run(["pkcs12", "-in", exported.Pfx, "-info", "-noenc", "-passin", "stdin"], Password + "\n").All;

        Assert.Contains("MAC: sha256", shown, StringComparison.Ordinal);
        Assert.Contains("PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("RC2", shown, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("3DES", shown, StringComparison.OrdinalIgnoreCase);
        foreach (var one in new[] { pki.Client, pki.ClientInter.Certificate, pki.ClientRoot.Certificate })
            Assert.Contains(one.ToPem().Trim(), shown, StringComparison.Ordinal);
        Assert.Contains("BEGIN PRIVATE KEY", shown, StringComparison.Ordinal);
        Assert.NotEqual(0, openssl.Try(["pkcs12", "-in", exported.Pfx, "-noout", "-passin", "stdin"], "wrong\n").ExitCode);
    }

    [SkippableFact]
    public void GnuTLS_opens_the_PFX()
    {
        var certtool = Peer.Require("certtool");

        var shown = certtool.Run("--p12-info", "--inder", "--infile", exported.Pfx, "--password", Password).All;

        Assert.Contains("PBES2-AES256-CBC", shown, StringComparison.Ordinal);
        Assert.Equal(3, shown.Split("-----BEGIN CERTIFICATE-----").Length - 1);
        Assert.Contains(pki.Client.ToPem().Trim(), shown, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Python_opens_the_PFX()
    {
        var python = Peer.Require("python3");
        Skip.If(python.Try("-c", "from cryptography.hazmat.primitives.serialization import pkcs12").ExitCode != 0, "The Python package 'cryptography' is not installed; on Debian: apt install python3-cryptography");

        var shown = python.Run("-c", $"from cryptography.hazmat.primitives.serialization import pkcs12; k = pkcs12.load_pkcs12(open(r'{exported.Pfx}', 'rb').read(), '{Password}'.encode()); print('%X' % k.cert.certificate.serial_number, k.key.key_size, len(k.additional_certs), k.cert.friendly_name.decode())").Output;

        Assert.Equal($"{pki.Client.SerialNumber.TrimStart('0')} 256 2 client", shown.Trim());
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        var again = CertificateReader.ReadIdentity(exported.Pfx, password: Secret.From(Password));

        Assert.Equal((pki.Client, true), (again, again.HasPrivateKey));
        Assert.Equal([pki.ClientInter.Certificate, pki.ClientRoot.Certificate], again.Chain);
    }

    [SkippableFact]
    public void A_PFX_is_its_owner_s_and_the_rest_is_for_everybody()
    {
        Assert.Equal("600", UnixMode.Of(exported.Pfx));
        Assert.Equal("644", UnixMode.Of(exported.Save("open.pem", ExportFormat.Bundle)));
    }

    [Fact]
    public void An_existing_file_is_kept_unless_told_otherwise()
    {
        var path = exported.Save("kept.pem", ExportFormat.Pem);
        var before = File.ReadAllBytes(path);

        var error = Assert.Throws<OutputException>(() => CertificateExporter.Save(path, pki.Server, ExportFormat.Pem));

        Assert.Equal((ErrorCode.FileExists, path), (error.Code, error.Path));
        Assert.Equal(before, File.ReadAllBytes(path));
        CertificateExporter.Save(path, pki.Server, ExportFormat.Pem, overwrite: true);
        Assert.Equal(pki.Server.ToPem(), File.ReadAllText(path));
    }

    [Fact]
    public void What_is_missing_is_told()
    {
        var keyless = MtlsCertificate.Create(pki.Client.X509, chain: pki.Client.Chain);

        Assert.Equal(ErrorCode.PasswordRequired, Assert.Throws<PasswordException>(() => CertificateExporter.Export(pki.Client, ExportFormat.Pfx)).Code);
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => CertificateExporter.Export(keyless, ExportFormat.Pfx, Secret.From("x"))).Code);
        Assert.Equal(ErrorCode.PasswordRequired, Assert.Throws<PasswordException>(() => CertificateExporter.Export(pki.Client, ExportFormat.TrustStore)).Code);
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => CertificateExporter.Export(keyless, ExportFormat.KubernetesSecret)).Code);
        foreach (var format in new[] { ExportFormat.Bundle, ExportFormat.TrustStore, ExportFormat.KubernetesSecret })
            Assert.Equal(ErrorCode.ChainMissing, Assert.Throws<KeyException>(() => CertificateExporter.Export(pki.ClientWithoutChain, format, Secret.From("x"))).Code);
        Assert.Equal(ErrorCode.ChainMissing, Assert.Throws<KeyException>(() => CertificateExporter.Export(pki.Client.WithChain([pki.ClientInter.Certificate]), ExportFormat.Bundle)).Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => CertificateExporter.Export(pki.Client, (ExportFormat)99));
    }

    [Fact]
    public void An_empty_password_needs_to_be_asked_for()
    {
        var refused = Assert.Throws<PasswordException>(() => CertificateExporter.Export(pki.Client, ExportFormat.Pfx, Secret.From("")));

        Assert.Equal(ErrorCode.PasswordRequired, refused.Code);
        Assert.EndsWith("ask for an empty one with -AllowEmptyPassword.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_certificates_share_what_they_have_in_common()
    {
        MtlsCertificate[] several = [pki.Client, pki.Server, pki.ClientOf("expired")!, pki.Client];

        AssertPem(new ExportOptions { Format = ExportFormat.Pem }, several, pki.Client, pki.Server, pki.ClientOf("expired")!);
        AssertPem(new ExportOptions { Format = ExportFormat.Bundle }, several, pki.ClientInter.Certificate, pki.ClientRoot.Certificate, pki.ServerInter.Certificate, pki.ServerRoot.Certificate);
    }

    [Theory]
    [InlineData(ExportFormat.Der)]
    [InlineData(ExportFormat.FullChain)]
    [InlineData(ExportFormat.Pfx)]
    [InlineData(ExportFormat.KubernetesSecret)]
    [InlineData(ExportFormat.Base64)]
    [InlineData(ExportFormat.PfxBase64)]
    [InlineData(ExportFormat.Json)]
    public void What_holds_one_certificate_refuses_a_second(ExportFormat format)
    {
        var refused = Assert.Throws<InputException>(() => CertificateExporter.Export([pki.Client, pki.Server], new ExportOptions { Format = format, Password = Secret.From("x") }));

        Assert.Equal(ErrorCode.SeveralCertificates, refused.Code);
        Assert.Contains("'server'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    // given
    [InlineData("api-tls", null, null)]
    [InlineData("api.example.com", "team-1", null)]
    [InlineData("Api", null, "'Api' can not be the name of a Secret")]
    [InlineData("a..b", null, "'a..b' can not be the name of a Secret")]
    [InlineData("-a", null, "'-a' can not be the name of a Secret")]
    [InlineData("a\nb", null, "can not be the name of a Secret")]
    [InlineData("a\n", null, "can not be the name of a Secret")]
    [InlineData("a\" b", null, "can not be the name of a Secret")]
    [InlineData("a", "a.b", "'a.b' can not be the namespace")]
    [InlineData("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "can not be the namespace")]
    public void Kubernetes_names_follow_RFC_1123(string name, string? space, string? error)
    {
        var options = new ExportOptions { Format = ExportFormat.KubernetesSecret, SecretName = name, Namespace = space };
        if (error is null)
        {
            Assert.Contains($"  name: \"{name}\"\n", Text(pki.Client, options), StringComparison.Ordinal);
            return;
        }

        var refused = Assert.Throws<NameException>(() => CertificateExporter.Export([pki.Client], options));
        Assert.Equal(ErrorCode.NameInvalid, refused.Code);
        Assert.Contains(error, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    // the name that a certificate's own becomes
    [InlineData("API.Example.com", "api.example.com")]
    [InlineData("*.example.com", "wildcard.example.com")]
    [InlineData("Zoë Miller", "zo--miller")]
    [InlineData("_x._tcp", "x.tcp")]
    [InlineData("研究", null)]
    public void A_Kubernetes_name_is_made_of_the_certificate_s(string commonName, string? expected)
    {
        var certificate = LivePki.Issue(commonName, pki.ClientInter, CertificateProfile.Client);
        var options = new ExportOptions { Format = ExportFormat.KubernetesSecret };

        if (expected is null)
            Assert.Equal(ErrorCode.NameInvalid, Assert.Throws<NameException>(() => CertificateExporter.Export([certificate], options)).Code);
        else
            Assert.Contains($"  name: \"{expected}\"\ntype: kubernetes.io/tls\n", Text(certificate, options), StringComparison.Ordinal);
    }

    [Theory]
    // safe in every file system
    [InlineData("alice", "alice-{0}.pem")]
    [InlineData("*.example.com", "example.com-{0}.pem")]
    [InlineData("../../etc/passwd", "etc_passwd-{0}.pem")]
    [InlineData("..", "{0}.pem")]
    [InlineData("C:\\a|b", "C__a_b-{0}.pem")]
    [InlineData("con.example.com", "_con.example.com-{0}.pem")]
    [InlineData("LPT1", "_LPT1-{0}.pem")]
    [InlineData("Zoë 研究", "Zo-{0}.pem")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg-{0}.pem")]
    public void File_names_are_made_of_name_and_serial(string commonName, string expected)
    {
        var certificate = LivePki.Issue(commonName.Replace("\\", "\\\\", StringComparison.Ordinal), pki.ClientInter, CertificateProfile.Client);

        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, certificate.SerialNumber), ExportFileName.For(certificate, ExportFormat.Pem));
    }

    [Fact]
    public void Every_format_has_an_ending_of_its_own_and_says_whom_it_is_for()
    {
        var formats = Enum.GetValues<ExportFormat>();

        Assert.Equal(formats.Length - 1, formats.Select(format => format.Extension()).Distinct().Count()); // P7b and P7bPem share one
        Assert.All(formats, format => Assert.Equal(format.HasPrivateKey(), CertificateExporter.AudienceOf(format) == FileAudience.OwnerOnly));
        Assert.All(formats, format => Assert.False(format.HasPrivateKey() && (format.IsPublicText() || format.HoldsSeveral())));
    }

    private static string Text(MtlsCertificate certificate, ExportOptions options) => System.Text.Encoding.UTF8.GetString(CertificateExporter.Export([certificate], options));

    private static void AssertPem(ExportFormat format, MtlsCertificate certificate, params MtlsCertificate[] expected) => AssertPem(new ExportOptions { Format = format }, [certificate], expected);

    private static void AssertPem(ExportOptions options, MtlsCertificate[] certificates, params MtlsCertificate[] expected)
    {
        var bytes = CertificateExporter.Export(certificates, options);

        var text = System.Text.Encoding.ASCII.GetString(bytes);
        Assert.Equal(string.Concat(expected.Select(one => one.ToPem())), text);
        Assert.DoesNotContain('\r', text);
        Assert.DoesNotContain("PRIVATE", text, StringComparison.Ordinal);
        Assert.Equal(expected.Select(one => one.X509.RawData), new X509CertificateParser().ReadCertificates(bytes).Cast<X509Certificate>().Select(one => one.GetEncoded()));
    }

    /// <summary>One PFX for all tests: its protection is slow on purpose.</summary>
    public sealed class Exported : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly Lazy<string> pfx;

        public Exported() => pfx = new Lazy<string>(() => Save("client.pfx", ExportFormat.Pfx));

        public LivePki Pki { get; } = new();

        public string Pfx => pfx.Value;

        public string Save(string name, ExportFormat format)
        {
            CertificateExporter.Save(folder.At(name), Pki.Client, format, Secret.From(Password));
            return folder.At(name);
        }

        public void Dispose()
        {
            Pki.Dispose();
            folder.Dispose();
        }
    }
}

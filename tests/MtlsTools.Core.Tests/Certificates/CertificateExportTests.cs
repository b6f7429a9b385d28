using MtlsTools.Certificates;
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
        Assert.Equal(ErrorCode.ChainMissing, Assert.Throws<KeyException>(() => CertificateExporter.Export(pki.ClientWithoutChain, ExportFormat.Bundle)).Code);
        Assert.Equal(ErrorCode.ChainMissing, Assert.Throws<KeyException>(() => CertificateExporter.Export(pki.Client.WithChain([pki.ClientInter.Certificate]), ExportFormat.Bundle)).Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => CertificateExporter.Export(pki.Client, (ExportFormat)99));
    }

    private static void AssertPem(ExportFormat format, MtlsCertificate certificate, params MtlsCertificate[] expected)
    {
        var bytes = CertificateExporter.Export(certificate, format);

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

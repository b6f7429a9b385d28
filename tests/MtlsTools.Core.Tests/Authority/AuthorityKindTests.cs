using System.Globalization;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>The CAs that the documents make, field by field, and those that limit what they certify.</summary>
public sealed class AuthorityKindTests : IDisposable
{
    private const string Slash = "/C=FR/ST=Iles-De-France/L=Paris/O=Client C Organization/OU=IT Department/CN=Client C Root CA";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    // a root's key (A05, A06, A07) and lifetime (A10), its signature, and what is unwise about it
    [InlineData(KeyAlgorithm.Rsa2048, 1000, "rsaEncryption", "sha256WithRSAEncryption", "2048 bits")]
    [InlineData(KeyAlgorithm.Rsa4096, 3650, "rsaEncryption", "sha256WithRSAEncryption", null)]
    [InlineData(KeyAlgorithm.EcdsaP384, 365, "id-ecPublicKey", "ecdsa-with-SHA384", null)]
    [InlineData(KeyAlgorithm.EcdsaP256, 36500, "id-ecPublicKey", "ecdsa-with-SHA256", "valid for 36500 days")]
    public void A_root_as_the_documents_make_it(KeyAlgorithm algorithm, int days, string keyType, string signature, string? warned)
    {
        var openssl = Peer.Require("openssl");
        var warnings = new List<string>();

        var root = CertificateAuthority.Create(folder.At("root"), new AuthorityOptions { Subject = DistinguishedName.Parse(Slash), KeyAlgorithm = algorithm, Days = days }, warn: warnings.Add);

        var text = openssl.Run("x509", "-in", root.CertificatePath, "-noout", "-text", "-nameopt", "compat").Output;
        Assert.Contains("Subject: C=FR, ST=Iles-De-France, L=Paris, O=Client C Organization, OU=IT Department, CN=Client C Root CA", text, StringComparison.Ordinal);
        foreach (var part in new[] { keyType, signature, "X509v3 Basic Constraints: critical", "CA:TRUE", "X509v3 Key Usage: critical", "Certificate Sign, CRL Sign", "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier" })
            Assert.Contains(part, text, StringComparison.Ordinal);
        openssl.Run("verify", "-x509_strict", "-CAfile", root.CertificatePath, root.CertificatePath);
        Assert.Equal(days, root.DaysLeft + 1);
        if (warned is null)
            Assert.Empty(warnings);
        else
            Assert.Contains(warned, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_intermediate_as_the_documents_make_it()
    {
        var openssl = Peer.Require("openssl");
        var root = CertificateAuthority.Create(folder.At("root"), new AuthorityOptions { Subject = DistinguishedName.Parse(Slash), KeyAlgorithm = KeyAlgorithm.EcdsaP384 });
        var subject = DistinguishedName.Parse(Slash.Replace("IT Department", "Certificate Authority", StringComparison.Ordinal).Replace("Root CA", "Intermediate CA", StringComparison.Ordinal));

        var issuing = CertificateAuthority.Create(folder.At("issuing"), new AuthorityOptions { Subject = subject, Issuer = root, Days = 1825, Password = Secret.From("x") });

        var text = openssl.Run("x509", "-in", issuing.CertificatePath, "-noout", "-text").Output;
        foreach (var part in new[] { "CA:TRUE, pathlen:0", "Digital Signature, Certificate Sign, CRL Sign", "OU = Certificate Authority" })
            Assert.Contains(part, text, StringComparison.Ordinal);
        openssl.Run("verify", "-x509_strict", "-CAfile", root.CertificatePath, issuing.CertificatePath);
        openssl.Run("pkey", "-in", folder.At("issuing", "private", "ca.key"), "-passin", "pass:x", "-noout");
        var leaf = issuing.Issue(CertificateProfile.Server);
        openssl.Run("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", root.CertificatePath, "-untrusted", issuing.CertificatePath, leaf.Path!);

        // It can sign a revocation list.
        folder.Write("c.cnf", $"[ca]\ndefault_ca=d\n[d]\ndatabase={folder.At("issuing", "index.txt")}\ncrlnumber={folder.At("issuing", "crlnumber")}\ncertificate={issuing.CertificatePath}\nprivate_key={folder.At("issuing", "private", "ca.key")}\ndefault_md=sha256\ndefault_crl_days=3\n");
        openssl.Run("ca", "-config", folder.At("c.cnf"), "-passin", "pass:x", "-gencrl", "-out", folder.At("crl.pem"));
        openssl.Run("verify", "-crl_check", "-CAfile", root.CertificatePath, "-untrusted", issuing.CertificatePath, "-CRLfile", folder.At("crl.pem"), leaf.Path!);
    }

    [Fact]
    public void Two_CAs_of_one_name_are_two_CAs()
    {
        var (one, other) = (TestAuthority.Create(folder, "one"), TestAuthority.Create(folder, "other", change: options => options with { Subject = DistinguishedName.Parse("CN=one,O=Acme") }));

        Assert.Equal(one.Certificate.Subject, other.Certificate.Subject);
        Assert.Empty(CertificateReader.BuildChain(one.Issue(CertificateProfile.Client), [other.Certificate]));
        Assert.Single(CertificateReader.BuildChain(one.Issue(CertificateProfile.Client), [other.Certificate, one.Certificate]));
    }

    [SkippableFact]
    public void A_CA_with_name_constraints_certifies_nothing_else_and_OpenSSL_agrees()
    {
        var openssl = Peer.Require("openssl");
        var root = TestAuthority.Create(folder, "root");
        var limited = TestAuthority.Create(folder, "limited", issuer: root, change: options => options with
        {
            PermittedNames = [NameConstraint.Parse("DNS:example.com"), NameConstraint.Parse("IP:10.0.0.0/8"), NameConstraint.Parse("email:example.com")],
            ExcludedNames = [NameConstraint.Parse("DNS:secret.example.com")],
        });

        var text = openssl.Run("x509", "-in", limited.CertificatePath, "-noout", "-text").Output;
        Assert.Contains("X509v3 Name Constraints: critical", text, StringComparison.Ordinal);
        Assert.Contains("IP:10.0.0.0/255.0.0.0", text, StringComparison.Ordinal);
        var allowed = limited.Issue(CertificateProfile.Server, TestAuthority.Request("CN=a.example.com", "DNS:a.example.com,IP:10.1.2.3"));
        openssl.Run("verify", "-CAfile", root.CertificatePath, "-untrusted", limited.CertificatePath, allowed.Path!);
        foreach (var name in new[] { "DNS:example.org", "DNS:x.secret.example.com", "IP:192.168.0.1", "email:a@example.org" })
            Assert.Equal(ErrorCode.NameConstraintViolated, Assert.Throws<IssuanceException>(() => limited.Issue(CertificateProfile.Client, TestAuthority.Request("CN=x", name))).Code);
    }

    [SkippableFact]
    public void A_CA_for_servers_makes_no_clients_and_OpenSSL_agrees()
    {
        var openssl = Peer.Require("openssl");
        var servers = TestAuthority.Create(folder, "servers", change: options => options with { ExtendedKeyUsage = [AuthorityUsage.ServerAuth, AuthorityUsage.OcspSigning] });

        Assert.Contains("TLS Web Server Authentication, OCSP Signing", openssl.Run("x509", "-in", servers.CertificatePath, "-noout", "-text").Output, StringComparison.Ordinal);
        openssl.Run("verify", "-purpose", "sslserver", "-CAfile", servers.CertificatePath, servers.Issue(CertificateProfile.Server).Path!);
        Assert.Equal(ErrorCode.UsageNotPermitted, Assert.Throws<IssuanceException>(() => servers.Issue(CertificateProfile.Client)).Code);
    }

    [SkippableFact]
    public void OpenSSL_goes_on_with_our_folder_by_its_file_serial()
    {
        var openssl = Peer.Require("openssl");
        var root = TestAuthority.Create(folder, "root");
        folder.Write("c.cnf", $"[ca]\ndefault_ca=d\n[d]\ndir={root.Path}\ncertificate=$dir/ca.crt\nprivate_key=$dir/private/ca.key\ndatabase=$dir/index.txt\nnew_certs_dir=$dir/issued\nserial=$dir/serial\ndefault_md=sha256\ndefault_days=9\npolicy=p\n[p]\ncommonName=supplied\n");
        TestAuthority.Request("CN=theirs").Save(folder.At("r"));
        var expected = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            expected.Add(root.Issue(CertificateProfile.Client, TestAuthority.Request("CN=ours")).SerialNumber);
            var next = File.ReadAllText(folder.At("root", "serial")).Trim();
            openssl.Run("ca", "-config", folder.At("c.cnf"), "-batch", "-notext", "-in", folder.At("r"), "-out", folder.At("t"));
            expected.Add(next);
        }

        Assert.Equal(expected, root.GetIssued().Select(entry => entry.SerialNumber));
        Assert.Equal(32, expected[1].Length);
        Assert.Equal(UInt128.Parse(expected[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) + 1, UInt128.Parse(expected[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}

using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;
using MtlsTools.Renewal;
using MtlsTools.Renewal.Files;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Renewal;

/// <summary>Whatever form a certificate and its key lie in, their successors have it too.</summary>
public sealed class RenewalFormTests(RenewalFixture fixture) : IClassFixture<RenewalFixture>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    // separate files: the certificate alone, with its intermediate, with the root
    [InlineData("leaf", "Pkcs8", false)]
    [InlineData("full", "Pkcs8", false)]
    [InlineData("root", "Pkcs8", false)]
    // older forms of the key
    [InlineData("full", "Sec1", false)]
    [InlineData("full", "Pkcs1", false)]
    // one file with everything, in either order
    [InlineData("certificate first", "Pkcs8", false)]
    [InlineData("key first", "Sec1", false)]
    [InlineData("key first", "Pkcs8", true)]
    public void Pem(string form, string format, bool isEncrypted)
    {
        var keyFormat = Enum.Parse<KeyFormat>(format);
        using var password = Secret.From("correct horse");
        var secret = isEncrypted ? password : null;
        var old = fixture.Issue(key: keyFormat == KeyFormat.Pkcs1 ? SharedKeys.Of(KeyAlgorithm.Rsa2048) : null);
        var key = System.Text.Encoding.ASCII.GetString(old.PrivateKey!.ExportPem(secret, keyFormat));
        var certificates = string.Concat((form switch { "leaf" => [old], "root" => old.Chain.Prepend(old), _ => old.Intermediates.Prepend(old) }).Select(one => one.ToPem()));
        const string parameters = "-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n";
        var isOne = form is "certificate first" or "key first";
        var path = folder.Write("server.crt", form == "key first" ? key + certificates + parameters : form == "certificate first" ? certificates + key : certificates);
        if (!isOne)
            folder.Write("server.key", key);

        var result = fixture.By().Renew(RenewalTarget.OfFile(path, password: secret));

        var renewed = CertificateReader.ReadIdentity(path, null, secret);
        CheckSuccessor(old, renewed, result);
        string[] issuers = form == "root" ? ["CERTIFICATE", "CERTIFICATE", "CERTIFICATE"] : ["CERTIFICATE", "CERTIFICATE"];
        string[] keys = [isEncrypted ? "ENCRYPTED PRIVATE KEY" : format switch { "Sec1" => "EC PRIVATE KEY", "Pkcs1" => "RSA PRIVATE KEY", _ => "PRIVATE KEY" }];
        Assert.Equal(form switch { "certificate first" => [.. issuers, .. keys], "key first" => [.. keys, .. issuers, "DH PARAMETERS"], _ => issuers }, Labels(path));
        if (!isOne)
            Assert.Equal(keys, Labels(folder.At("server.key")));
    }

    [Fact]
    public void Der()
    {
        var old = fixture.Issue();
        var path = folder.Write("client.cer", old.RawData.Span);
        var key = folder.Write("client.der", old.PrivateKey!.ExportPkcs8());

        var result = fixture.By().Renew(RenewalTarget.OfFile(path, key));

        CheckSuccessor(old, CertificateReader.ReadIdentity(path, key), result);
        Assert.Equal((0x30, 0x30), (File.ReadAllBytes(path)[0], File.ReadAllBytes(key)[0]));
        Assert.Equal(key, result.KeyPath);
    }

    [Theory]
    [InlineData(PfxCompatibility.Windows2016, "correct horse")]
    [InlineData(PfxCompatibility.Modern, null)]
    public void Pfx(PfxCompatibility compatibility, string? text)
    {
        using var password = text is null ? null : Secret.From(text);
        var old = fixture.Issue();
        var path = folder.Write("server.pfx", CertificateExporter.Export([old], new ExportOptions { Format = ExportFormat.Pfx, Password = password, AllowEmptyPassword = true, Compatibility = compatibility, FriendlyName = "the alias" }));

        var result = fixture.By().Renew(RenewalTarget.OfFile(path, password: password));

        var renewed = CertificateReader.ReadIdentity(path, null, password);
        CheckSuccessor(old, renewed, result);
        Assert.Equal(2, renewed.Chain.Count);
        Assert.Equal(compatibility == PfxCompatibility.Windows2016, PfxFile.ReadProtections(File.ReadAllBytes(path), path).Single().IsLegacy);
        Assert.Equal("the alias", CertificateForm.Of(File.ReadAllBytes(path), path, password).FriendlyName);
    }

    [Fact]
    public void Pkcs7_beside_a_key()
    {
        var old = fixture.Issue();
        var path = folder.Write("server.p7b", CertificateExporter.Export(old, ExportFormat.P7b));
        old.PrivateKey!.Save(folder.At("server.key"));

        var result = fixture.Renew(path);

        CheckSuccessor(old, CertificateReader.ReadIdentity(path, folder.At("server.key")), result);
        Assert.Equal(3, CertificateReader.ReadFile(path).Count);
    }

    [Fact]
    public void Issuers_in_a_file_of_their_own_are_replaced_with_the_rest()
    {
        var old = fixture.Issue();
        var path = folder.Write("server.crt", old.ToPem());
        old.PrivateKey!.Save(folder.At("server.key"));
        var chain = folder.Write("chain.pem", fixture.Issuing.Certificate.ToPem());

        var result = fixture.By().Renew(RenewalTarget.OfFile(path, chainPath: chain));

        CheckSuccessor(old, CertificateReader.ReadIdentity(path), result);
        Assert.Single(Labels(path));
        Assert.Equal(fixture.Issuing.Certificate, Assert.Single(CertificateReader.ReadFile(chain)));
        Assert.All([path, folder.At("server.key"), chain], one => Assert.NotNull(new FileInfo(one).LinkTarget));
    }

    [SkippableFact]
    public void OpenSSL_reads_what_was_a_key_of_its_old_form()
    {
        var openssl = Peer.Require("openssl");
        using var password = Secret.From("correct horse");
        var path = fixture.Save(folder);
        openssl.Run("ec", "-in", folder.At("server.key"), "-aes128", "-passout", "pass:correct horse", "-out", folder.At("old.key"));
        File.Move(folder.At("old.key"), folder.At("server.key"), overwrite: true);

        fixture.By().Renew(RenewalTarget.OfFile(path, password: password));

        var fromKey = openssl.Run("pkey", "-in", folder.At("server.key"), "-passin", "pass:correct horse", "-pubout").Output;
        Assert.Equal(fromKey, openssl.Run("x509", "-in", path, "-noout", "-pubkey").Output);
        Assert.Equal(["ENCRYPTED PRIVATE KEY"], Labels(folder.At("server.key")));
    }

    private static string[] Labels(string path) => PemBlock.ReadAll(File.ReadAllBytes(path)).Select(block => block.Label).ToArray();

    private static void CheckSuccessor(MtlsCertificate old, MtlsCertificate renewed, RenewalResult result)
    {
        Assert.Equal(RenewalState.Renewed, result.State);
        Assert.Equal((renewed, old), (result.Certificate, result.Former));
        Assert.NotEqual(old.SerialNumber, renewed.SerialNumber);
        Assert.NotEqual(old.PublicKey, renewed.PublicKey);
        Assert.Equal(old.PublicKey.ToString(), renewed.PublicKey.ToString());
        Assert.Equal((old.Subject, old.Role, old.NotAfter - old.NotBefore), (renewed.Subject, renewed.Role, renewed.NotAfter - renewed.NotBefore));
        Assert.Equal(old.San, renewed.San);
        Assert.Equal(old.ExtendedKeyUsage, renewed.ExtendedKeyUsage);
        Assert.True(renewed.HasPrivateKey);
    }
}

using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Verification;

/// <summary>Keys, certificates and requests in every form are compared by what they have in common.</summary>
public sealed class KeyMaterialTests(KeyMaterialTests.Forms forms) : IClassFixture<KeyMaterialTests.Forms>
{
    private readonly LivePki pki = forms.Pki;

    [Theory]
    [InlineData("plain key", KeyMaterialKind.Key)]
    [InlineData("encrypted key", KeyMaterialKind.Key)]
    [InlineData("DER key", KeyMaterialKind.Key)]
    [InlineData("PEM certificate", KeyMaterialKind.Certificate)]
    [InlineData("DER certificate", KeyMaterialKind.Certificate)]
    [InlineData("full chain", KeyMaterialKind.Certificate)]
    [InlineData("certificate and key", KeyMaterialKind.Certificate)]
    [InlineData("key and certificate", KeyMaterialKind.Certificate)]
    [InlineData("PFX", KeyMaterialKind.Certificate)]
    [InlineData("PEM request", KeyMaterialKind.Request)]
    [InlineData("DER request", KeyMaterialKind.Request)]
    public void Every_form_shows_the_same_key(string form, KeyMaterialKind kind)
    {
        var path = Write(form);

        var material = KeyMaterial.Read(path, Secret.From("secret"));

        Assert.Equal((kind, path, pki.Client.PublicKey, pki.Client.PublicKey.Sha256), (material.Kind, material.Name, material.PublicKey, material.SpkiSha256));
    }

    [Fact]
    public void Any_mix_is_compared()
    {
        var same = "plain key|PEM certificate|DER request|PFX".Split('|').Select(form => KeyMaterial.Read(Write(form), Secret.From("secret"))).ToList();
        using var otherKey = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        otherKey.Save(forms.At("other.key"));
        var other = KeyMaterial.Read(forms.At("other.key"));

        Assert.True(new KeyPairComparison(same).Match);
        Assert.Empty(new KeyPairComparison(same).Different);
        Assert.False(new KeyPairComparison([.. same, other]).Match);
        Assert.Equal([other], new KeyPairComparison([.. same, other]).Different);
        Assert.Equal(same, new KeyPairComparison([other, .. same]).Different);
    }

    [SkippableFact]
    public void The_fingerprint_is_OpenSSL_s()
    {
        var openssl = Peer.Require("openssl");
        var der = forms.At("public.der");
        openssl.Run("pkey", "-in", Write("plain key"), "-pubout", "-outform", "DER", "-out", der);

        Assert.Contains(KeyMaterial.Read(Write("PEM certificate")).SpkiSha256, openssl.Run("dgst", "-sha256", der).All, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("hello", ErrorCode.ContentNotRecognized)]
    [InlineData("", ErrorCode.FileEmpty)]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n", ErrorCode.WrongContent)]
    public void What_holds_no_key_is_an_error(string content, ErrorCode expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("x", content);

        var error = Assert.ThrowsAny<MtlsException>(() => KeyMaterial.Read(path));

        Assert.Equal((expected, path), (error.Code, error.Path));
    }

    [Theory]
    [InlineData("encrypted key")]
    [InlineData("PFX")]
    public void Passwords_are_asked_for(string form)
    {
        var path = Write(form);

        Assert.Equal(ErrorCode.PasswordRequired, Assert.Throws<PasswordException>(() => KeyMaterial.Read(path)).Code);
        Assert.Equal(ErrorCode.PasswordWrong, Assert.Throws<PasswordException>(() => KeyMaterial.Read(path, Secret.From("wrong"))).Code);
    }

    private string Write(string form) => forms.Write(form);

    /// <summary>One key in every form; each is written once, because good password protection is slow.</summary>
    public sealed class Forms : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public LivePki Pki { get; } = new();

        public string At(string name) => folder.At(name);

        public string Write(string form)
        {
            if (File.Exists(folder.At(form)))
                return folder.At(form);
            var key = Pki.Client.PrivateKey!;
            var certificate = System.Text.Encoding.ASCII.GetBytes(Pki.Client.ToPem());
            return folder.Write(form, form switch
            {
                "plain key" => key.ExportPem(null),
                "encrypted key" => key.ExportPem(Secret.From("secret")),
                "DER key" => key.ExportPkcs8(),
                "PEM certificate" => certificate,
                "DER certificate" => Pki.Client.X509.RawData,
                "full chain" => CertificateExporter.Export(Pki.Client, ExportFormat.FullChain),
                "certificate and key" => [.. certificate, .. key.ExportPem(null)],
                "key and certificate" => [.. key.ExportPem(null), .. certificate],
                "PFX" => CertificateExporter.Export(Pki.Client, ExportFormat.Pfx, Secret.From("secret")),
                "PEM request" => System.Text.Encoding.ASCII.GetBytes(Request()),
                "DER request" => Convert.FromBase64String(string.Concat(Request().Split('\n').Where(line => !line.StartsWith('-')))),
                _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Not in the table."),
            });
        }

        public void Dispose()
        {
            Pki.Dispose();
            folder.Dispose();
        }

        private string Request()
        {
            TestAuthority.Request().Save(folder.At("request"), overwrite: true);
            return File.ReadAllText(folder.At("request"));
        }
    }
}

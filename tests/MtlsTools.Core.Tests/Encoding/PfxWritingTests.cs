using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Pkcs;

namespace MtlsTools.Tests.Encoding;

public sealed class PfxWritingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void OpenSSL_opens_what_is_written()
    {
        var openssl = Peer.Require("openssl");
        var path = Write("pässwörd", out _);

        var shown = openssl.Run(["pkcs12", "-in", path, "-noenc", "-info", "-passin", "stdin"], "pässwörd\n").All;

        Assert.Contains("MAC: sha256, Iteration 100000", shown, StringComparison.Ordinal);
        Assert.Equal(2, shown.Split("PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256").Length - 1);
        Assert.Equal(3, shown.Split("-----BEGIN CERTIFICATE-----").Length - 1);
        Assert.Contains("-----BEGIN PRIVATE KEY-----", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void BouncyCastle_finds_the_key_its_name_and_its_chain()
    {
        using var file = File.OpenRead(Write("secret", out var leaf));

        var store = new Pkcs12Store(file, "secret".ToCharArray());

        var alias = Assert.Single(store.Aliases.Cast<string>(), store.IsKeyEntry);
        Assert.Equal("Zoë", alias);
        Assert.Equal(leaf.X509.RawData, store.GetCertificate(alias).Certificate.GetEncoded());
        Assert.Equal(3, store.GetCertificateChain(alias).Length);
    }

    private string Write(string password, out MtlsCertificate leaf)
    {
        var root = TestAuthority.Create(folder, "root");
        leaf = TestAuthority.Create(folder, "inter", issuer: root).Issue(CertificateProfile.Client, TestAuthority.Request("CN=Zoë"));
        return folder.Write("a.pfx", PfxFile.Write(leaf.X509, leaf.Chain.Select(one => one.X509), leaf.PrivateKey!.ExportPkcs8(), Secret.From(password), leaf.Name, PfxProtection.Modern));
    }
}

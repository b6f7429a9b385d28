using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Certificates;

/// <summary>The printed openssl commands, run by bash, write what we write.</summary>
public sealed class OpenSslExportTests(LivePki pki) : IClassFixture<LivePki>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData(ExportFormat.Pem)]
    [InlineData(ExportFormat.Der)]
    [InlineData(ExportFormat.FullChain)]
    [InlineData(ExportFormat.Bundle)]
    [InlineData(ExportFormat.Base64)]
    public void The_file_is_the_same_to_the_byte(ExportFormat format)
    {
        var path = folder.At("by openssl's | [1]");

        Run(OpenSslExport.Write([pki.Client], new ExportOptions { Format = format }, path, null));

        Assert.Equal(CertificateExporter.Export(pki.Client, format), File.ReadAllBytes(path));
    }

    [SkippableTheory]
    [InlineData(ExportFormat.P7b)]
    [InlineData(ExportFormat.P7bPem)]
    public void PKCS7_holds_the_same_certificates(ExportFormat format)
    {
        Run(OpenSslExport.Write([pki.Client, pki.Server], new ExportOptions { Format = format }, folder.At("a.p7b"), null));

        File.WriteAllBytes(folder.At("b.p7b"), CertificateExporter.Export([pki.Client, pki.Server], new ExportOptions { Format = format }));
        Assert.Equal(Names(CertificateReader.ReadFile(folder.At("b.p7b"))), Names(CertificateReader.ReadFile(folder.At("a.p7b"))));
    }

    [SkippableTheory]
    [InlineData(ExportFormat.Pfx, PfxCompatibility.Modern, "Zo\u00eb's key")]
    [InlineData(ExportFormat.Pfx, PfxCompatibility.MacOS, null)]
    [InlineData(ExportFormat.PfxBase64, PfxCompatibility.Java, null)]
    public void PKCS12_holds_the_same_under_the_same_algorithms(ExportFormat format, PfxCompatibility compatibility, string? friendlyName)
    {
        var client = WithKeyFile();
        var options = new ExportOptions { Format = format, Compatibility = compatibility, FriendlyName = friendlyName, Password = Secret.From("secret") };
        File.WriteAllBytes(folder.At("ours.pfx"), Binary(CertificateExporter.Export([client], options), format));

        Run(OpenSslExport.Write([client], options, folder.At("theirs"), null));

        File.WriteAllBytes(folder.At("theirs.pfx"), Binary(File.ReadAllBytes(folder.At("theirs")), format));
        Assert.Equal(Describe("ours.pfx"), Describe("theirs.pfx"));
        Assert.Equal("600", UnixMode.Of(folder.At("theirs")));
    }

    [SkippableFact]
    public void The_key_goes_along_for_its_owner_alone()
    {
        Run(OpenSslExport.Write([WithKeyFile()], new ExportOptions(), folder.At("a.pem"), folder.At("copy.key")));

        Assert.True(PrivateKey.Open(folder.At("copy.key")).Matches(pki.Client.PublicKey));
        Assert.Equal("600", UnixMode.Of(folder.At("copy.key")));
    }

    [Fact]
    public void The_password_is_not_in_the_script()
    {
        var script = OpenSslExport.Write([WithKeyFile()], new ExportOptions { Format = ExportFormat.Pfx, Password = Secret.From("hunter2") }, folder.At("a.pfx"), folder.At("a.key"));

        Assert.DoesNotContain("hunter2", script, StringComparison.Ordinal);
        Assert.Contains("-aes-256-cbc", script, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_no_file_is_an_error() =>
        Assert.Equal(ErrorCode.KeyRequired, Assert.Throws<KeyException>(() => OpenSslExport.Write([pki.Client.WithKey(PrivateKey.Parse(pki.Client.PrivateKey!.ExportPem(null)))], new ExportOptions { Format = ExportFormat.Pfx }, folder.At("a.pfx"), null)).Code);

    private MtlsCertificate WithKeyFile()
    {
        pki.Client.PrivateKey!.Save(folder.At("the client's.key"), overwrite: true);
        return pki.Client.WithKey(PrivateKey.Open(folder.At("the client's.key")));
    }

    private static byte[] Binary(byte[] content, ExportFormat format) =>
        format == ExportFormat.PfxBase64 ? Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(content)) : content;

    private static IEnumerable<string> Names(IEnumerable<MtlsCertificate> certificates) => certificates.Select(one => one.Thumbprint).Order();

    /// <summary>Algorithms, names and content; what is random, the salt's length and the order of the certificates differ.</summary>
    private IEnumerable<string> Describe(string name) => Peer.Require("openssl").Run("pkcs12", "-in", folder.At(name), "-info", "-noenc", "-passin", "pass:secret").All
        .Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith("localKeyID", StringComparison.Ordinal) && !line.StartsWith("MAC length", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private void Run(string script)
    {
        File.WriteAllText(folder.At("script.sh"), script);
        Peer.Require("openssl");
        Peer.Require("bash").With(OpenSslExport.PasswordVariable, "secret").Run(folder.At("script.sh"));
    }
}

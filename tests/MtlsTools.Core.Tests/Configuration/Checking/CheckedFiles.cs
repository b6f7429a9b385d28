using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using MtlsTools.Configuration.Checking;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>Certificates, keys and lists, good and bad, that configurations name; made once for all tests of a class.</summary>
public sealed partial class CheckedFiles : IDisposable
{
    private readonly LivePki pki = new();
    private int count;

    public CheckedFiles()
    {
        pki.SavePair("server", pki.Server);
        pki.Save("clients.crt", pki.ClientInter.Certificate, pki.ClientRoot.Certificate);
        Join("clients.crl", pki.SaveCrl("a.list", pki.ClientRoot), pki.SaveCrl("b.list", pki.ClientInter));
        Join("server.pem", At("server.crt"), At("server.key"));
        Join("clients.pem", At("clients.crt"), At("clients.crl"));

        // Each of these breaks a rule.
        pki.Save("leaf.crt", pki.Server.WithChain([]));
        pki.Save("disordered.crt", pki.ServerInter.Certificate, pki.Server);
        pki.Save("unsorted.crt", pki.Server, pki.ServerRoot.Certificate, pki.ServerInter.Certificate);
        pki.Save("rooted.crt", pki.Server, pki.ServerInter.Certificate, pki.ServerRoot.Certificate);
        pki.Save("foreign.crt", pki.Server, pki.ServerInter.Certificate, pki.OtherRoot.Certificate);
        SavePair("expired", CertificateProfile.Server, -20, -2);
        SavePair("client", CertificateProfile.Client, -1, 30);
        SavePair("peer", CertificateProfile.Peer, -1, 30, ofClients: true);
        SavePair("shared", CertificateProfile.Server, -1, 30, ofClients: true);
        pki.Save("inter.crt", pki.ClientInter.Certificate);
        pki.Save("root.crt", pki.ClientRoot.Certificate);
        Write("many.crt", string.Concat(Enumerable.Repeat(pki.ClientRoot.Certificate.ToPem(), 31)) + pki.ClientInter.Certificate.ToPem());
        pki.SaveCrl("root.crl", pki.ClientRoot);
        Join("forged.crl", pki.SaveCrl("c.list", pki.Impostor), At("b.list"));
        Write("damaged.crt", "-----BEGIN CERTIFICATE-----\nAAAA");
        Write("weak.crt", Weak());
        using var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        other.Save(At("other.key"), overwrite: true);
        using var open = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        File.Copy(At("server.key"), At("open.key"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(At("open.key"), (UnixFileMode)0b110_100_100);
        Write("encrypted.key", SharedKeys.Of(KeyAlgorithm.EcdsaP256).ExportPem(Secret.From("secret")));
    }

    public LivePki Pki => pki;

    public string At(string name) => pki.At(name);

    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <summary>Puts the files' paths in the place of their names in percent signs.</summary>
    public string Fill(string text) => Placeholder().Replace(text, name => At(name.Groups[1].Value).Replace('\\', '/'));

    /// <summary>Examines a text as a file.</summary>
    public ConfigReport Examine(string text, ConfigFormat format, int days = 0, string? name = null)
    {
        var path = Write(name ?? $"configuration-{count++}.conf", Fill(text));
        return ConfigExaminer.Examine(path, new ConfigCheckOptions { Format = format, AsOf = days == 0 ? null : DateTimeOffset.UtcNow.AddDays(days) });
    }

    public void Dispose() => pki.Dispose();

    private void SavePair(string name, CertificateProfile profile, int from, int to, bool ofClients = false)
    {
        var certificate = LivePki.Issue(name, ofClients ? pki.ClientInter : pki.ServerInter, profile, profile == CertificateProfile.Client ? "" : "localhost", from, to);
        pki.Save(name + ".crt", [certificate, .. certificate.Intermediates]);
    }

    private void Join(string name, params string[] files)
    {
        Write(name, string.Concat(files.Select(File.ReadAllText)));
        if (name.EndsWith(".pem", StringComparison.Ordinal) && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(At(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(At(name), content);

    private static string Weak()
    {
        using var key = RSA.Create(1024);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90)).ExportCertificatePem() + "\n";
    }

    [GeneratedRegex(@"%([\w.-]+)%")]
    private static partial Regex Placeholder();
}

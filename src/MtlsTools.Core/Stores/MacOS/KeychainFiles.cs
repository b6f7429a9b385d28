using System.Security;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Stores.MacOS;

/// <summary>Files for <c>security</c> to read, in a folder that this user alone may enter; they are gone afterwards.</summary>
internal sealed class KeychainFiles : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"mtlstools-{Guid.NewGuid():N}");

    internal KeychainFiles() => AtomicFile.CreatePrivateDirectory(folder);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal string At(string name) => Path.Combine(folder, name);

    /// <summary>What a file is called in a plan, where it does not exist yet.</summary>
    internal static string NameOf(MtlsCertificate certificate, string extension) => $"{(ExportFileName.Safe(certificate.Name) is { Length: > 0 } safe ? safe : "certificate")}{extension}";

    internal string Write(MtlsCertificate certificate)
    {
        var path = At(NameOf(certificate, ".crt"));
        AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes(certificate.ToPem()), FileAudience.OwnerOnly, overwrite: true);
        return path;
    }

    /// <summary>The certificate and its key as PKCS#12 in the older form: every macOS opens it, and the newer one only some (26 and later, when the format is named).</summary>
    internal string Write(MtlsCertificate certificate, string name, SecureString password)
    {
        var path = At(NameOf(certificate, ".p12"));
        var pkcs8 = certificate.PrivateKey!.ExportPkcs8();
        try
        {
            var content = PfxFile.Write(certificate.X509, [], pkcs8, password, name, CertificateExporter.ProtectionFor(PfxCompatibility.MacOS));
            AtomicFile.Write(path, content, FileAudience.OwnerOnly, overwrite: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }

        return path;
    }

    /// <summary>A password for one file. Apple's reader takes it for wrong when it is empty, or not ASCII.</summary>
    internal static SecureString NewPassword()
    {
        var password = new SecureString();
        Span<byte> random = stackalloc byte[32];
        RandomNumberGenerator.Fill(random);
        foreach (var one in random)
            password.AppendChar((char)('a' + (one % 26)));
        random.Clear();
        return password;
    }
}

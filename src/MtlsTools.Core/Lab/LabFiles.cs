using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Revocation;

namespace MtlsTools.Lab;

/// <summary>Writes the files of a lab.</summary>
internal static class LabFiles
{
    /// <summary>Writes a certificate with its intermediates, and its key beside it.</summary>
    internal static MtlsCertificate Save(string folder, string name, MtlsCertificate certificate)
    {
        var path = Path.Combine(folder, name + ".crt");
        certificate.PrivateKey?.Save(Path.ChangeExtension(path, ".key"));
        CertificateExporter.Save(path, certificate, ExportFormat.FullChain);
        return certificate.At(path);
    }

    /// <summary>Publishes the revocation lists of CAs, and writes them into one file.</summary>
    internal static string SaveCrls(string path, IEnumerable<CertificateAuthority> authorities) =>
        CrlFile.Update(path, authorities.SelectMany(authority => authority.PublishCrl().Lists).ToList(), overwrite: false);
}

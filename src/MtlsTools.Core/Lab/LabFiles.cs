using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Keys;

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

    /// <summary>Writes the revocation lists of CAs into one file; each lists what its CA's index says.</summary>
    internal static string SaveCrls(string path, IEnumerable<CertificateAuthority> authorities, DateTimeOffset now)
    {
        var lists = string.Concat(authorities.Select(authority => PemBlock.Write("X509 CRL", Crl(authority, now))));
        AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes(lists), FileAudience.Everyone, overwrite: false);
        return path;
    }

    private static byte[] Crl(CertificateAuthority authority, DateTimeOffset now)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var entry in authority.GetIssued().Where(entry => entry.Status == IssuedStatus.Revoked))
            list.AddEntry(Convert.FromHexString(entry.SerialNumber), entry.RevokedAt);
        using var key = PrivateKey.Open(authority.KeyPath);
        using var issuer = key.Attach(authority.Certificate.X509);
        return list.Build(issuer, 1, now.AddDays(7), HashAlgorithmName.SHA256, thisUpdate: now.AddMinutes(-5));
    }
}

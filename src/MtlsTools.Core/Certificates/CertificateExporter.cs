using System.Security;
using System.Security.Cryptography;
using MtlsTools.Encoding;

namespace MtlsTools.Certificates;

/// <summary>The forms in which a certificate is handed out.</summary>
public enum ExportFormat
{
    /// <summary>The certificate alone, PEM.</summary>
    Pem,

    /// <summary>The certificate and its intermediates without the root, PEM: what a server or client sends.</summary>
    FullChain,

    /// <summary>The issuers up to the root, PEM: what the other side needs in order to trust it.</summary>
    Bundle,

    /// <summary>Certificate, chain and private key in one password-protected PKCS#12 file.</summary>
    Pfx,
}

/// <summary>Puts certificates into the forms that programs want.</summary>
public static class CertificateExporter
{
    /// <summary>The bytes of a format.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="format">The form.</param>
    /// <param name="password">Protects a PFX; required for it, empty is allowed.</param>
    /// <exception cref="MtlsException">The format needs a key, a password or issuers that are not there.</exception>
    public static byte[] Export(MtlsCertificate certificate, ExportFormat format, SecureString? password = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return format switch
        {
            ExportFormat.Pem => Pem([certificate]),
            ExportFormat.FullChain => Pem(FullChain(certificate)),
            ExportFormat.Bundle => Pem(Bundle(certificate)),
            ExportFormat.Pfx => Pfx(certificate, password),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not an export format."),
        };
    }

    /// <summary>Writes a format into a file; a PFX is readable by its owner alone.</summary>
    /// <exception cref="MtlsException">As <see cref="Export"/>, or the file exists or can not be written.</exception>
    public static void Save(string path, MtlsCertificate certificate, ExportFormat format, SecureString? password = null, bool overwrite = false)
    {
        var content = Export(certificate, format, password);
        AtomicFile.Write(path, content, AudienceOf(format), overwrite);
    }

    /// <summary>Who may read a file of this format: a PFX carries the key.</summary>
    public static FileAudience AudienceOf(ExportFormat format) => format == ExportFormat.Pfx ? FileAudience.OwnerOnly : FileAudience.Everyone;

    private static IEnumerable<MtlsCertificate> FullChain(MtlsCertificate certificate) => certificate.Intermediates.Prepend(certificate);

    private static IEnumerable<MtlsCertificate> Bundle(MtlsCertificate certificate)
    {
        var issuers = certificate.IsCa ? certificate.Chain.Prepend(certificate).ToList() : certificate.Chain;
        return issuers.Count > 0 && issuers[^1].IsSelfSigned
            ? issuers
            : throw new KeyException(ErrorCode.ChainMissing, $"The issuers of '{certificate.Name}' up to the root are not known here. Give them with -Chain, or export the CA itself.", certificate.Path);
    }

    private static byte[] Pem(IEnumerable<MtlsCertificate> certificates) => System.Text.Encoding.ASCII.GetBytes(string.Concat(certificates.Select(one => one.ToPem())));

    private static byte[] Pfx(MtlsCertificate certificate, SecureString? password)
    {
        if (password is null)
            throw new PasswordException(ErrorCode.PasswordRequired, "A PFX file is protected by a password. Give one with -Password.");
        if (certificate.PrivateKey is not { } key)
            throw new KeyException(ErrorCode.KeyRequired, $"The certificate '{certificate.Name}' has no private key here, and a PFX is made to carry it. Give the key file with -Key.", certificate.Path);
        var pkcs8 = key.ExportPkcs8();
        try
        {
            return PfxFile.Write(certificate.X509, certificate.Chain.Select(one => one.X509), pkcs8, password, certificate.Name);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}

using System.Management.Automation;
using MtlsTools.Authority;
using MtlsTools.Issuance;

namespace MtlsTools.Commands;

/// <summary>The issuer's decisions, which Approve-MtlsCsr and New-MtlsCertificate share.</summary>
internal static class IssuanceParameters
{
    /// <summary>The profile that was named, or the CA's default.</summary>
    internal static CertificateProfile Decide(CertificateProfile? named, CertificateAuthority authority) => named ?? authority.DefaultProfile
        ?? throw new IssuanceException(ErrorCode.ProfileRequired, $"What the certificate is for must be said, and the CA '{authority.Name}' has no default. Give -Profile Server, Client or Peer.");

    /// <summary>Writes the certificate with its intermediates, so that servers and clients can use the file as it is.</summary>
    internal static Certificates.MtlsCertificate Save(PSCmdlet cmdlet, Certificates.MtlsCertificate issued, string? file, bool force)
    {
        cmdlet.WriteVerbose($"Issued '{issued.Name}' with the serial number {issued.SerialNumber}, valid from {issued.NotBefore:u} to {issued.NotAfter:u}; recorded in '{issued.Path}'.");
        if (file is null)
            return issued;
        Certificates.CertificateExporter.Save(file, issued, Certificates.ExportFormat.FullChain, overwrite: force);
        return issued.At(file);
    }
}

using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;

namespace MtlsTools.Commands;

/// <summary>What Approve-MtlsCsr and New-MtlsCertificate share.</summary>
internal static class IssuanceParameters
{
    /// <summary>The profile that was named, or the CA's default.</summary>
    internal static IssuanceProfile Decide(PSCmdlet cmdlet, ProfileArgument? named, CertificateAuthority authority) => named?.Resolve(cmdlet, authority)
        ?? (authority.DefaultProfile is { } usual ? IssuanceProfile.Of(usual) : null)
        ?? throw new IssuanceException(ErrorCode.ProfileRequired, $"What the certificate is for must be said, and the CA '{authority.Name}' has no default. Give -Profile Server, Client or Peer.");

    /// <summary>Writes the certificate with its intermediates, so that servers and clients can use the file as it is.</summary>
    internal static MtlsCertificate Save(PSCmdlet cmdlet, MtlsCertificate issued, OutputFiles files, SecureString? password)
    {
        cmdlet.WriteVerbose($"Issued '{issued.Name}' with the serial number {issued.SerialNumber}, valid from {issued.NotBefore:u} to {issued.NotAfter:u}; recorded in '{issued.Path}'.");
        if (cmdlet.IsVerbose())
        {
            foreach (var line in CertificateExplanation.Of(issued))
                cmdlet.WriteVerbose(line);
        }

        files.Commit(file => file.Write(CertificateExporter.Export(issued, ExportFormat.FullChain)), issued.PrivateKey, password);
        return files.MainPath is { } path ? issued.At(path) : issued;
    }
}

using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Verification.Paths;

/// <summary>What TLS asks of a certificate and of the CAs above it: an extendedKeyUsage anywhere in the chain must leave the purpose open, as all TLS libraries have it.</summary>
internal static class PurposeRules
{
    private const string AnyPurposeOid = "2.5.29.37.0";

    internal static IEnumerable<PathProblem> Check(IReadOnlyList<PathCertificate> path, CertificatePurpose purpose)
    {
        if (purpose == CertificatePurpose.Any)
            yield break;
        if (LeafFault(path[0].Certificate, path[0].Content!, purpose) is { } fault)
            yield return Wrong(0, $"'{path[0].Certificate.Name}' {fault}", $"Issue one with the profile {purpose}.");
        for (var level = 1; level < path.Count; level++)
        {
            if (path[level].Content is { } content && !Covers(content.Purposes, purpose))
                yield return Wrong(level, $"'{path[level].Certificate.Name}' may not issue certificates for this purpose (its extendedKeyUsage leaves it out).", "Use a CA that may.");
        }

        static PathProblem Wrong(int level, string cause, string remedy) => new(level, new Finding(FindingId.WrongPurpose, FindingSide.Unknown, FindingSeverity.Error, cause, remedy));
    }

    private static string? LeafFault(MtlsCertificate certificate, PathContent content, CertificatePurpose purpose)
    {
        var wanted = purpose == CertificatePurpose.Server ? "a TLS server (serverAuth)" : "a TLS client (clientAuth)";
        if (content.BasicConstraints is { IsCa: true })
            return $"is a CA's certificate, not that of {wanted}.";
        if (!Covers(content.Purposes, purpose))
            return $"is made for {Describe(certificate.Role)}, not for {wanted}.";
        return content.Forbids(X509KeyUsageFlags.DigitalSignature) ? "may not make signatures (keyUsage lacks digitalSignature), and TLS needs one to prove who holds the key." : null;
    }

    private static bool Covers(IReadOnlyList<string>? purposes, CertificatePurpose purpose) =>
        purposes is null || purposes.Contains(AnyPurposeOid) || purposes.Contains(purpose == CertificatePurpose.Server ? MtlsCertificate.ServerAuthOid : MtlsCertificate.ClientAuthOid);

    private static string Describe(CertificateRole role) => role switch
    {
        CertificateRole.Server => "TLS servers",
        CertificateRole.Client => "TLS clients",
        _ => "other purposes",
    };
}

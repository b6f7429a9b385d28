using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>This side ended the connection over the server's certificate.</summary>
internal static class ServerRules
{
    internal static IReadOnlyList<DiagnosisRule> All { get; } =
    [
        new("the server's certificate is not good", evidence => evidence.ServerReport is { Success: false }, evidence => evidence.ServerReport!.Findings.Select(finding => OfServer(evidence, finding))),
        new("the server's certificate can not be read", evidence => evidence.ServerDamage is not null, Unreadable),
    ];

    private static IEnumerable<Finding> Unreadable(ConnectionEvidence evidence) =>
        [new Finding(FindingId.ChainInvalid, FindingSide.Server, FindingSeverity.Error, $"The certificate of {evidence.Target} can not be read. {evidence.ServerDamage}", "Issue a new certificate for the server.")];

    /// <summary>The same finding, with what to do about it on a server.</summary>
    private static Finding OfServer(ConnectionEvidence evidence, Finding finding)
    {
        var certificate = evidence.ServerCertificate!;
        var remedy = finding.Id switch
        {
            FindingId.IssuerNotFound when certificate.Intermediates.Count == 0 => $"{evidence.Target} sends its certificate alone. If '{certificate.Issuer}' is an intermediate, the server has to send it along: give it the full chain (nginx: ssl_certificate; Apache: SSLCertificateFile; Export-MtlsCertificate -Format FullChain writes such a file). If it is a root, give it with -TrustedCa.",
            FindingId.IssuerNotFound => "If a further intermediate is missing, the server has to send it along; if it is a root that is missing, give it with -TrustedCa.",
            FindingId.RootNotTrusted => "Give that CA with -TrustedCa if it is the right one; else the server needs a certificate of a CA that is trusted here.",
            FindingId.CertificateExpired => $"Issue a new certificate for {evidence.Target} (Update-MtlsCertificate renews it where it lies); if it is a CA's that has ended, renew that CA. Check this machine's clock ({evidence.Now:u}) too.",
            FindingId.CertificateNotYetValid => $"Check this machine's clock ({evidence.Now:u}) and the server's, or wait.",
            FindingId.WrongPurpose => $"Issue a certificate with the profile Server or Peer for {evidence.Target}.",
            _ => finding.Remedy,
        };
        return finding with { Side = FindingSide.Server, Remedy = remedy };
    }
}

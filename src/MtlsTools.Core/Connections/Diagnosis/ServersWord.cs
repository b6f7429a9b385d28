using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>What the server says of the client's certificate where nothing on this side bears it out.</summary>
internal static class ServersWord
{
    internal static Finding Revoked(ConnectionEvidence evidence) => new(
        FindingId.ClientCertificateRevoked,
        FindingSide.Client,
        FindingSeverity.Error,
        $"The server says that '{evidence.ClientCertificate!.Name}' (serial {evidence.ClientCertificate.SerialNumber}) is revoked.",
        "Request a new certificate for a new key.");

    /// <summary>By this side's clock it has not; OpenSSL says the same of a CA of its own and of a revocation list that have ended.</summary>
    internal static Finding Expired(ConnectionEvidence evidence) => new(
        FindingId.ClientCertificateExpired,
        FindingSide.Server,
        FindingSeverity.Error,
        $"The server says that '{evidence.ClientCertificate!.Name}', a CA above it or a revocation list has expired, but by this clock ({evidence.Now:u}) the certificate is valid until {evidence.ClientCertificate.NotAfter:u}.",
        $"Compare the server's clock; look whether its copy of '{evidence.ClientCertificate.Issuer}' or its revocation list has ended, and give it a new one.",
        FindingConfidence.Likely);

    internal static Finding WrongPurpose(ConnectionEvidence evidence) => new(
        FindingId.ClientCertificateWrongPurpose,
        FindingSide.Client,
        FindingSeverity.Error,
        $"The server says that '{evidence.ClientCertificate!.Name}' is of a kind that it does not take; the certificate has the role {evidence.ClientCertificate.Role} and a key of the kind {evidence.ClientCertificate.PublicKey}.",
        "Use a certificate issued with the profile Client or Peer, and with a key of a kind that the server knows (RSA or ECDSA on P-256).",
        FindingConfidence.Likely);

    internal static Finding Rejected(ConnectionEvidence evidence)
    {
        var certificate = evidence.ClientCertificate!;
        var checks = new List<string>();
        if (ClientChecks.Of(evidence).Count == 0)
            checks.Add("its dates and purpose are good");
        if (ClientIssuerCheck.IsAnnounced(evidence, certificate))
            checks.Add("its issuer is on the server's list");
        return new Finding(
            FindingId.ClientCertificateRejected,
            FindingSide.Unknown,
            FindingSeverity.Error,
            $"The server refused {Words.Name(certificate)} without a usable reason{How(evidence)}.{(checks.Count > 0 ? $" Seen from here {string.Join(" and ", checks)}." : "")}",
            $"Look into the server's log for the serial number {certificate.SerialNumber}. Likely: the server has the certificate revoked, trusts another CA of the name '{certificate.Issuer}', lacks a CRL or an intermediate, or its application knows no such client.",
            FindingConfidence.Possible);
    }

    private static string How(ConnectionEvidence evidence) => evidence switch
    {
        { Alert: { } alert } => $" (alert {alert})",
        { Answer.Status: { } status } => $" (HTTP status {status})",
        _ => " (it closed the connection)",
    };
}

using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>What this side can see for itself of the client's certificate: dates by both clocks, purpose, chain with its signatures, and the CAs that the server announces.</summary>
internal static class ClientChecks
{
    /// <summary>What stands against the certificate that was sent, the most certain first.</summary>
    internal static IReadOnlyList<Finding> Of(ConnectionEvidence evidence) => evidence.ClientCertificate is { } certificate
        ? [.. Dates(evidence, certificate), .. Usage(evidence, certificate), .. ClientIssuerCheck.Of(evidence, certificate)]
        : [];

    /// <summary>The root is left out: it is not sent, and the server goes by its own copy.</summary>
    private static IEnumerable<Finding> Dates(ConnectionEvidence evidence, MtlsCertificate certificate)
    {
        foreach (var (one, isLeaf) in certificate.Intermediates.Select(issuer => (issuer, false)).Prepend((certificate, true)))
        {
            var what = isLeaf ? $"The client certificate {Words.Name(one)}" : $"The CA '{one.Name}' above '{certificate.Name}'";
            if (evidence.Now > one.NotAfter)
                yield return Client(FindingId.ClientCertificateExpired, $"{what} expired on {one.NotAfter:u}.", isLeaf ? "Renew it: Update-MtlsCertificate." : "Renew that CA, and give its new certificate along with the client's.");
            else if (evidence.Now < one.NotBefore)
                yield return Client(FindingId.ClientCertificateNotYetValid, $"{what} is valid only from {one.NotBefore:u} on; this clock says {evidence.Now:u}.", "Check the clocks of both sides, or wait.");
            else if (evidence.ServerTime is { } there && (there > one.NotAfter || there < one.NotBefore))
                yield return new Finding(FindingId.ClockSkew, FindingSide.Unknown, FindingSeverity.Error, $"The server's clock ({there:u}) is {evidence.DescribeSkew()}, and by it {what[..1].ToLowerInvariant()}{what[1..]} {(there > one.NotAfter ? $"has expired ({one.NotAfter:u})" : $"is not valid yet ({one.NotBefore:u})")}.", "Set the clocks of both sides by NTP.", FindingConfidence.Likely);
        }
    }

    /// <summary>Purpose and strength, by the rules that the other side applies too. Whether the path reaches a CA that the server trusts is another matter.</summary>
    private static IEnumerable<Finding> Usage(ConnectionEvidence evidence, MtlsCertificate certificate)
    {
        var report = CertificateVerifier.Verify(certificate, new VerificationOptions
        {
            TrustedCas = [certificate, .. certificate.Chain],
            Purpose = CertificatePurpose.Client,
            AsOf = evidence.Now,
        });
        if (report.Success)
            yield break;
        foreach (var finding in report.Findings.Where(finding => finding.Severity == FindingSeverity.Error))
        {
            if (finding.Id == FindingId.WrongPurpose)
                yield return Client(FindingId.ClientCertificateWrongPurpose, $"{finding.Cause} (The certificate is {Words.Name(certificate)}, its role {certificate.Role}.)", "Use a certificate issued with the profile Client or Peer.");
            else if (finding.Id is not (FindingId.CertificateExpired or FindingId.CertificateNotYetValid))
                yield return finding with { Side = FindingSide.Client };
        }
    }

    private static Finding Client(FindingId id, string cause, string remedy) => new(id, FindingSide.Client, FindingSeverity.Error, cause, remedy);
}

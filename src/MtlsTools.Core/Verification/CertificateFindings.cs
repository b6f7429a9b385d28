using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Verification;

/// <summary>What is found beside the path: host, key, time left, and what other programs may stumble over.</summary>
internal static class CertificateFindings
{
    internal static IEnumerable<Finding> Of(MtlsCertificate certificate, PathOutcome outcome, VerificationOptions options, DateTimeOffset asOf)
    {
        if (options.HostName is { } host && !HostName.Matches(certificate.San, host))
            yield return HostNameMismatch(certificate, host);
        if (options.Key is { } key && !key.Equals(certificate.PublicKey))
            yield return Error(FindingId.KeyMismatch, $"The key is not that of '{certificate.Name}': its public half is {key} {key.Sha256[..16]}…, the certificate's is {certificate.PublicKey} {certificate.PublicKey.Sha256[..16]}….", "Find the key that was made with the request, or request a new certificate.");
        if (options.MinimumRemaining is { } minimum)
        {
            foreach (var finding in EndingSoon(outcome, minimum, asOf))
                yield return finding;
        }

        if (outcome.Path[0] is { IsSelfIssued: true } leaf && outcome.Path.Count > 1 && leaf.Content?.BasicConstraints is not { IsCa: true })
            yield return new Finding(FindingId.LooksSelfSigned, FindingSide.Unknown, FindingSeverity.Warning, $"'{certificate.Name}' has the same subject as its issuer ('{certificate.Issuer}'), though it is not self-signed: programs that compare names take it for a root.", "Issue it with a subject of its own.");
        if (certificate.Content.Version < 3)
            yield return new Finding(FindingId.NoExtensions, FindingSide.Unknown, FindingSeverity.Warning, $"'{certificate.Name}' is an X.509 version {certificate.Content.Version} certificate without any extension: some programs take it for every purpose, others for none.", "Issue it with a profile, such as Client.");
    }

    private static IEnumerable<Finding> EndingSoon(PathOutcome outcome, TimeSpan minimum, DateTimeOffset asOf)
    {
        foreach (var (one, level) in outcome.Path.Select((one, level) => (one.Certificate, level)))
        {
            // What has ended already is told as that.
            if (asOf <= one.NotAfter && one.NotAfter - asOf < minimum)
                yield return Error(FindingId.EndsSoon, $"'{one.Name}' ends on {one.NotAfter:u}, {Describe(one.NotAfter - asOf)} from {asOf:u}; {Describe(minimum)} are asked for.", level == 0 ? "Renew it: Update-MtlsCertificate." : "Renew that CA and issue its certificates again.");
        }
    }

    private static string Describe(TimeSpan time) => time.TotalDays >= 1
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalDays)} days")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours)} hours");

    private static Finding HostNameMismatch(MtlsCertificate certificate, string host) => Error(
        FindingId.HostNameMismatch,
        $"'{host}' is not among the names of '{certificate.Name}': {(certificate.San.Count == 0 ? "it has no subject alternative name at all, and the common name does not count" : string.Join(", ", certificate.San.Take(20)))}.",
        certificate.San.Count == 0 ? $"Issue a certificate with -DnsName {host}." : "Call the server by one of these names, or issue a certificate that has this one too.");

    private static Finding Error(FindingId id, string cause, string remedy) => new(id, FindingSide.Unknown, FindingSeverity.Error, cause, remedy);
}

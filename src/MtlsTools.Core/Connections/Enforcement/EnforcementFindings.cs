using MtlsTools.Verification;

namespace MtlsTools.Connections.Enforcement;

/// <summary>What the results of a battery mean, and what to do about it.</summary>
internal static class EnforcementFindings
{
    internal static IEnumerable<Finding> Of(ConnectionTarget target, EnforcementOptions options, IReadOnlyList<ProbeResult> results)
    {
        var accepted = results.Where(result => result is { Outcome: ProbeOutcome.Accepted, Success: false }).ToList();
        var findings = new List<Finding?>
        {
            Open(target, accepted),
            Impostors(target, accepted),
            Issued(target, accepted, EnforcementProbe.IssuedExpired, "an expired certificate", "Make the server check the dates of its clients, and look at its clock."),
            Issued(target, accepted, EnforcementProbe.IssuedNotYetValid, "a certificate that is not valid yet", "Make the server check the dates of its clients, and look at its clock."),
            Issued(target, accepted, EnforcementProbe.IssuedServerOnly, "a certificate that is made for servers alone", "Make the server ask for the purpose clientAuth: whoever has taken over one of your servers is a client otherwise."),
            Issued(target, accepted, EnforcementProbe.IssuedRevoked, "a revoked certificate", $"Give the server the CA's revocation list, made after the test began, and load it anew (nginx: ssl_crl; openssl s_server: -CRL with -crl_check); without one no server can know."),
            GoodClient(results),
            Unproven(target, results),
            NotTested(target, results),
            NotOffered(target, results),
            WithoutCa(options, accepted),
        };
        return findings.OfType<Finding>().OrderByDescending(finding => finding.Severity);
    }

    private static Finding? Open(ConnectionTarget target, List<ProbeResult> accepted)
    {
        if (accepted.Find(result => result.Probe == EnforcementProbe.NoCertificate) is not { } open)
            return null;
        return open.Connection!.ClientCertificateRequested == true
            ? Server(FindingId.ClientCertificateOptional, $"{target} asks for a client certificate, and serves clients that have none.", "Make the certificate a requirement there (nginx: ssl_verify_client on; Apache: SSLVerifyClient require; openssl s_server: -Verify with -verify_return_error).")
            : Server(FindingId.ClientCertificateNotRequested, $"{target} did not ask for a client certificate, so it authenticates nobody: whoever connects is served.", "Turn client authentication on there (nginx: ssl_verify_client on).");
    }

    private static Finding? Impostors(ConnectionTarget target, List<ProbeResult> accepted)
    {
        var impostors = accepted.Where(result => result.Probe is > EnforcementProbe.NoCertificate and < EnforcementProbe.IssuedExpired && result.Connection!.ClientCertificateRequested != false).Select(result => result.Probe).Distinct().ToList();
        return impostors.Count == 0 ? null : Server(FindingId.AcceptedUnexpectedly, $"{target} let in clients with certificates that no CA of its own has issued: {string.Join(", ", impostors)}. Anybody can make such certificates.", "Make the server verify client certificates and refuse the others (nginx: ssl_verify_client on, not optional_no_ca; openssl s_server: -verify_return_error; in code: no callback that returns true).");
    }

    private static Finding? Issued(ConnectionTarget target, List<ProbeResult> accepted, EnforcementProbe probe, string what, string remedy) =>
        accepted.Exists(result => result.Probe == probe) ? Server(FindingId.AcceptedUnexpectedly, $"{target} let in a client with {what} of its own CA ({probe}).", remedy) : null;

    private static Finding? GoodClient(IReadOnlyList<ProbeResult> results) =>
        results.FirstOrDefault(result => result is { Probe: EnforcementProbe.GoodClient, Success: false, Outcome: not ProbeOutcome.NotTested }) is { } refused
            ? refused.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error) ?? Server(FindingId.ClientCertificateRejected, $"The good client was not let in over {refused.TlsVersion}. {refused.Evidence}", "Test it with Test-MtlsConnection, which says why.")
            : null;

    private static Finding? Unproven(ConnectionTarget target, IReadOnlyList<ProbeResult> results)
    {
        var doubtful = results.Where(result => result.Outcome == ProbeOutcome.Unproven).ToList();
        return doubtful.Count == 0 ? null : new Finding(FindingId.RefusalUnproven, FindingSide.Unknown, FindingSeverity.Error, $"{target} did not serve {Names(doubtful)}, but whether the certificate was the reason is not proved. {doubtful[0].Evidence}", "Give a good client with -Certificate: when it gets another answer, the refusals are proved. Name a path that the good client may call, and its protocol if that is not HTTP.");
    }

    private static Finding? NotTested(ConnectionTarget target, IReadOnlyList<ProbeResult> results)
    {
        var missing = results.Where(result => result.Outcome == ProbeOutcome.NotTested).ToList();
        if (missing.Count == 0)
            return null;
        var cause = missing.SelectMany(result => result.Findings).FirstOrDefault(finding => finding.Severity == FindingSeverity.Error);
        return new Finding(cause?.Id ?? FindingId.ProbeNotMade, cause?.Side ?? FindingSide.Client, FindingSeverity.Error, $"{Names(missing)} could not be tried on {target}, so nothing is proved about it. {missing[0].Evidence}", cause?.Remedy ?? "Leave the probe out, or mend what the evidence says.", cause?.Confidence ?? FindingConfidence.Certain);
    }

    private static Finding? NotOffered(ConnectionTarget target, IReadOnlyList<ProbeResult> results)
    {
        var versions = results.Where(result => result.Outcome == ProbeOutcome.NotOffered).Select(result => result.TlsVersion).Distinct().ToList();
        return versions.Count == 0 ? null : new Finding(FindingId.NoCommonTlsVersion, FindingSide.Server, FindingSeverity.Information, $"{target} does not speak {string.Join(" or ", versions)}, so nobody gets in by it.", "Nothing to do.", FindingConfidence.Likely);
    }

    /// <summary>Honest about what made-up certificates can not show.</summary>
    private static Finding? WithoutCa(EnforcementOptions options, List<ProbeResult> accepted) =>
        options.Ca is not null || accepted.Count > 0 || options.Probes.Count > 0 ? null : new Finding(FindingId.ProbeNotMade, FindingSide.Client, FindingSeverity.Information, "Whether the server refuses expired, revoked and wrong-purpose certificates of its own CA was not tried: the impostors' are of a CA that it does not know anyway.", "Give the CA with -Ca; it issues such certificates for some minutes and revokes them afterwards.");

    private static string Names(IEnumerable<ProbeResult> results) => string.Join(", ", results.Select(result => result.Probe).Distinct());

    private static Finding Server(FindingId id, string cause, string remedy) => new(id, FindingSide.Server, FindingSeverity.Error, cause, remedy);
}

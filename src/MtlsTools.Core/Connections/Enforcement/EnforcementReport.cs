using System.Security.Authentication;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Enforcement;

/// <summary>Whether a server keeps out whom it should, proved by trying.</summary>
public sealed record EnforcementReport
{
    internal EnforcementReport()
    {
    }

    /// <summary>host:port.</summary>
    public required string Target { get; init; }

    /// <summary>Whether every probe had the outcome it should have: nobody got in but the good client, and everything was really tested.</summary>
    public bool Success => Results.Any(result => result.Outcome is ProbeOutcome.Refused or ProbeOutcome.Accepted) && Results.All(result => result.Success);

    /// <summary>One result for each probe and TLS version.</summary>
    public required IReadOnlyList<ProbeResult> Results { get; init; }

    /// <summary>The probes that got in and should not have.</summary>
    public IReadOnlyList<EnforcementProbe> Accepted => Probes(result => result is { Outcome: ProbeOutcome.Accepted, Success: false });

    /// <summary>The probes of which nothing is known: they could not be tried, or prove nothing.</summary>
    public IReadOnlyList<EnforcementProbe> NotTested => Probes(result => result.Outcome is ProbeOutcome.NotTested or ProbeOutcome.Unproven);

    /// <summary>Whether the good client got in over every version that the server speaks; null when none was given.</summary>
    public bool? GoodClientAccepted => Results.Any(result => result.Probe == EnforcementProbe.GoodClient) ? Results.Where(result => result.Probe == EnforcementProbe.GoodClient).All(result => result.Success) : null;

    /// <summary>The TLS versions that the server speaks.</summary>
    public IReadOnlyList<SslProtocols> TlsVersions => Results.Where(result => result.Outcome is ProbeOutcome.Refused or ProbeOutcome.Accepted or ProbeOutcome.Unproven).Select(result => result.TlsVersion).Distinct().Order().ToList();

    /// <summary>What was found and what to do, most important first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The verdict in a line.</summary>
    public override string ToString() => Success ? $"{Target}: ok, {Results.Count} probes" : $"{Target}: {string.Join(", ", Findings.Where(finding => finding.Severity == FindingSeverity.Error).Select(finding => finding.Id).Distinct())}";

    private List<EnforcementProbe> Probes(Func<ProbeResult, bool> which) => Results.Where(which).Select(result => result.Probe).Distinct().Order().ToList();
}

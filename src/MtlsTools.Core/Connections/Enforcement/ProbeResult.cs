using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Enforcement;

/// <summary>One try of one probe over one TLS version.</summary>
public sealed record ProbeResult
{
    internal ProbeResult()
    {
    }

    /// <summary>Where.</summary>
    public required string Target { get; init; }

    /// <summary>What was tried.</summary>
    public required EnforcementProbe Probe { get; init; }

    /// <summary>Over which TLS version.</summary>
    public required SslProtocols TlsVersion { get; init; }

    /// <summary>What should have become of it.</summary>
    public required ExpectedOutcome Expected { get; init; }

    /// <summary>What became of it.</summary>
    public required ProbeOutcome Outcome { get; init; }

    /// <summary>Whether that is as it should be. What could not be tested never is.</summary>
    public bool Success => Outcome switch
    {
        ProbeOutcome.Refused => Expected is ExpectedOutcome.Refused or ExpectedOutcome.Either,
        ProbeOutcome.Accepted => Expected is ExpectedOutcome.Accepted or ExpectedOutcome.Either,
        ProbeOutcome.Impossible => Expected == ExpectedOutcome.Refused,
        ProbeOutcome.NotOffered => true,
        _ => false,
    };

    /// <summary>What proves the outcome, in words.</summary>
    public required string Evidence { get; init; }

    /// <summary>The certificate that was presented, or null.</summary>
    public MtlsCertificate? Certificate { get; init; }

    /// <summary>What the connection showed; null when none was made.</summary>
    public ConnectionReport? Connection { get; init; }

    /// <summary>What the connection found, most important first.</summary>
    public IReadOnlyList<Finding> Findings => Connection?.Findings ?? [];

    /// <summary>Probe, version and outcome.</summary>
    public override string ToString() => $"{Probe} ({TlsVersion}): {Outcome}";
}

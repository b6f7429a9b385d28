using MtlsTools.Verification;

namespace MtlsTools.Host;

/// <summary>How far a check was made.</summary>
public enum HostCheckState
{
    /// <summary>Everything was looked at.</summary>
    Made,

    /// <summary>Something could not be read; the reasons say what.</summary>
    Partly,

    /// <summary>Nothing could be read, or what it needs was not given; the reasons say why.</summary>
    NotMade,

    /// <summary>This system has nothing of the kind.</summary>
    NotApplicable,
}

/// <summary>Whether a check was made, and why not.</summary>
/// <param name="Check">The check.</param>
/// <param name="State">How far it was made.</param>
/// <param name="Findings">How much it found.</param>
/// <param name="Reasons">What could not be looked at, and why.</param>
public sealed record HostCheckResult(HostCheck Check, HostCheckState State, int Findings, IReadOnlyList<string> Reasons)
{
    /// <summary>The check's name.</summary>
    public string Id => Check.Id;

    /// <summary>Name and state.</summary>
    public override string ToString() => $"{Id}: {State}";
}

/// <summary>What was found on a machine, what was looked at, and what could not be.</summary>
/// <param name="Host">The machine's name, or the folder that was looked at in its place.</param>
/// <param name="Time">When (UTC).</param>
/// <param name="Findings">What is not as it should be, the gravest first.</param>
/// <param name="Checks">Every check that was asked for, with what became of it.</param>
public sealed record HostReport(string Host, DateTimeOffset Time, IReadOnlyList<HostFinding> Findings, IReadOnlyList<HostCheckResult> Checks)
{
    /// <summary>Whether nothing of the severity Error was found. <see cref="NotMade"/> says what nobody looked at.</summary>
    public bool Success => Findings.All(finding => finding.Severity != FindingSeverity.Error);

    /// <summary>The checks that could not be made, or not on everything.</summary>
    public IReadOnlyList<HostCheckResult> NotMade => Checks.Where(check => check.State is HostCheckState.NotMade or HostCheckState.Partly).ToList();

    /// <summary>The verdict in a line.</summary>
    public override string ToString() => Findings.Count == 0 ? $"{Host}: ok" : $"{Host}: {string.Join(", ", Findings.Select(finding => finding.Id).Distinct())}";
}

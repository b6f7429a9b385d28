using MtlsTools.Verification;

namespace MtlsTools.Configuration.Checking;

/// <summary>Something in a configuration that is not as it should be.</summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Cause">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="File">The file of the configuration.</param>
/// <param name="Line">The line in it, counted from 1.</param>
public sealed record ConfigFinding(ConfigRule Rule, string Cause, string Remedy, string File, int Line)
{
    /// <summary>The check's name; stable.</summary>
    public string Id => Rule.Id;

    /// <summary>How much it matters.</summary>
    public FindingSeverity Severity => Rule.Severity;

    /// <summary>Where it is written that it should be otherwise.</summary>
    public string Source => Rule.Source;

    /// <summary>Id, place and cause in one line.</summary>
    public override string ToString() => $"{Id}: {File}:{Line}: {Cause}";
}

/// <summary>What a configuration says about TLS, and what is wrong with it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">What it is.</param>
/// <param name="AsOf">The day the verdict is for (UTC).</param>
/// <param name="Files">Every file of the configuration that was read.</param>
/// <param name="Endpoints">Where clients come in.</param>
/// <param name="Findings">What is wrong, the gravest first.</param>
public sealed record ConfigReport(string Path, ConfigFormat Format, DateTimeOffset AsOf, IReadOnlyList<string> Files, IReadOnlyList<ConfigEndpoint> Endpoints, IReadOnlyList<ConfigFinding> Findings)
{
    /// <summary>Whether nothing of the severity Error was found.</summary>
    public bool Success => Findings.All(finding => finding.Severity != FindingSeverity.Error);

    /// <summary>The verdict in a line.</summary>
    public override string ToString() => Findings.Count == 0 ? $"{Path}: ok" : $"{Path}: {string.Join(", ", Findings.Select(finding => finding.Id).Distinct())}";
}

using MtlsTools.Verification;

namespace MtlsTools.Policy;

/// <summary>What the rules say of one subject.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Path">The file or folder, or null.</param>
/// <param name="Findings">The rules that are broken, the gravest first; empty when all is well.</param>
public sealed record PolicyReport(PolicySubjects Kind, string Name, string? Path, IReadOnlyList<PolicyFinding> Findings)
{
    /// <summary>Whether no rule of the severity Error is broken.</summary>
    public bool Success => Findings.All(finding => finding.Severity != FindingSeverity.Error);

    /// <summary>The verdict in a line.</summary>
    public override string ToString() => Findings.Count == 0 ? $"{Name}: ok" : $"{Name}: {string.Join(", ", Findings.Select(finding => finding.Id))}";
}

using MtlsTools.Verification;

namespace MtlsTools.Authority;

/// <summary>What is wrong with an audit log.</summary>
public enum AuditProblem
{
    /// <summary>A line is no entry, or was cut.</summary>
    LineDamaged,

    /// <summary>An entry does not have the hash that it names.</summary>
    EntryEdited,

    /// <summary>Entries are missing between others.</summary>
    EntryRemoved,

    /// <summary>An entry stands in another place than it was written at, or twice.</summary>
    EntryMoved,

    /// <summary>The entry before one is not the one that it was written after.</summary>
    EntryReplaced,

    /// <summary>A seal was not made by a key of this CA.</summary>
    SealInvalid,

    /// <summary>A hash that was known to be in the log is not in it: entries at its end were removed, or all of it was written anew.</summary>
    HeadMissing,

    /// <summary>The log tells of a certificate that the index does not have.</summary>
    NotInIndex,

    /// <summary>The index has a certificate, or a revocation, of which the log does not tell: another program made it, or its entry was removed.</summary>
    NotInLog,

    /// <summary>An entry is older than the one before it: a clock was set back.</summary>
    ClockSetBack,
}

/// <summary>One thing that is wrong with an audit log.</summary>
/// <param name="Problem">What kind of thing.</param>
/// <param name="Severity">An error means that the log does not tell what happened.</param>
/// <param name="Line">The line of the log; null where it is not about one.</param>
/// <param name="Cause">What was found.</param>
/// <param name="Remedy">What to do.</param>
public sealed record AuditFinding(AuditProblem Problem, FindingSeverity Severity, long? Line, string Cause, string Remedy)
{
    /// <summary>What was found.</summary>
    public override string ToString() => $"{(Line is { } line ? $"Line {line}: " : "")}{Cause}";
}

/// <summary>What came of checking an audit log.</summary>
/// <param name="Path">The log.</param>
/// <param name="Count">How many entries it has.</param>
/// <param name="Head">The hash of its last entry: kept elsewhere, it proves later that the log still has everything up to here.</param>
/// <param name="SealedEntries">Up to which entry the CA's own key vouches for it; 0 when there is no seal.</param>
/// <param name="Findings">What is wrong, in the order of the lines.</param>
public sealed record AuditReport(string Path, long Count, string Head, long SealedEntries, IReadOnlyList<AuditFinding> Findings)
{
    /// <summary>Whether nothing is wrong that says more than that another program has worked in the folder too.</summary>
    public bool Success => !Findings.Any(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>The verdict in words.</summary>
    public override string ToString() => Success ? $"{Count} entries, none changed" : string.Join(" ", Findings);
}

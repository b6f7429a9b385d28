namespace MtlsTools.Host;

/// <summary>What became of a repair.</summary>
public enum HostRepairOutcome
{
    /// <summary>It was done, and reading it back shows so.</summary>
    Repaired,

    /// <summary>Nothing was done: what the finding says is not so any more.</summary>
    Changed,

    /// <summary>Nothing was done: it takes a decision that only people can make; the remedy says which.</summary>
    NotRepairable,
}

/// <summary>What was done about a finding.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Action">What was done; what is to be done when nothing was.</param>
/// <param name="Undo">How it is undone; null when there is nothing to undo.</param>
public sealed record HostRepair(HostFinding Finding, HostRepairOutcome Outcome, string Action, string? Undo)
{
    /// <summary>The check's name.</summary>
    public string Id => Finding.Id;

    /// <summary>What it was about.</summary>
    public string Subject => Finding.Subject;

    /// <summary>Outcome, subject and action in one line.</summary>
    public override string ToString() => $"{Outcome}: {Subject}: {Action}";
}

/// <summary>Does what findings propose: that, and nothing else.</summary>
public static class HostRepairs
{
    /// <summary>Repairs what a finding is about. The fact is read again first: where it has changed, nothing is done.</summary>
    /// <exception cref="MtlsException">It can not be done, and why; or it was done and did not help.</exception>
    public static HostRepair Run(HostFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        if (finding.Repair is not { } action)
            return new HostRepair(finding, HostRepairOutcome.NotRepairable, finding.Remedy, null);
        if (!action.IsStillSo())
            return new HostRepair(finding, HostRepairOutcome.Changed, "Nothing: it is not as it was when it was looked at. Run Test-MtlsHost again.", null);
        var undo = action.Carry();
        return action.IsStillSo()
            ? throw new StoreException(ErrorCode.StoreNotVerified, $"{finding.Subject}: the repair ({action.Text}) reported success, and reading it back shows that nothing has changed. Another program may undo it: look for a policy or a configuration tool that owns it.")
            : new HostRepair(finding, HostRepairOutcome.Repaired, action.Text, undo);
    }
}

/// <summary>One repair: its plan, whether the fact still stands, and the deed.</summary>
internal abstract class HostRepairAction
{
    /// <summary>What it does, as -WhatIf shows it.</summary>
    internal abstract string Text { get; }

    /// <summary>Whether what was found is still exactly so.</summary>
    internal abstract bool IsStillSo();

    /// <summary>Does it, and says how it is undone.</summary>
    /// <exception cref="MtlsException">It can not be done, and why.</exception>
    internal abstract string? Carry();
}

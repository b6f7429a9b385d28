using MtlsTools.Verification;

namespace MtlsTools.Host;

/// <summary>Something about a machine that is not as it should be.</summary>
/// <param name="Check">The check that found it.</param>
/// <param name="Subject">What it is about: a store and a thumbprint, a file, a setting.</param>
/// <param name="Cause">What is wrong.</param>
/// <param name="Evidence">What was read that shows it.</param>
/// <param name="Remedy">What to do.</param>
public sealed record HostFinding(HostCheck Check, string Subject, string Cause, string Evidence, string Remedy)
{
    /// <summary>The check's name; stable.</summary>
    public string Id => Check.Id;

    /// <summary>How much it matters.</summary>
    public FindingSeverity Severity => Check.Severity;

    /// <summary>Where it is written that it should be otherwise.</summary>
    public string Source => Check.Source;

    /// <summary>Whether Repair-MtlsHost can put it right.</summary>
    public bool Repairable => Repair is not null;

    /// <summary>What Repair-MtlsHost would do, or null.</summary>
    public string? RepairPlan => Repair?.Text;

    internal HostRepairAction? Repair { get; init; }

    /// <summary>Id, subject and cause in one line.</summary>
    public override string ToString() => $"{Id}: {Subject}: {Cause}";
}

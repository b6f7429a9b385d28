using MtlsTools.Verification;

namespace MtlsTools.Host;

/// <summary>One check of a machine: what should be so, where that is written, and what to do when it is not.</summary>
public sealed class HostCheck
{
    internal HostCheck(string id, FindingSeverity severity, HostArea[] areas, string source, string title, string remedy)
    {
        Id = id;
        Severity = severity;
        Areas = areas;
        Source = source;
        Title = title;
        Remedy = remedy;
    }

    /// <summary>The name; stable across versions.</summary>
    public string Id { get; }

    /// <summary>How much it matters.</summary>
    public FindingSeverity Severity { get; }

    /// <summary>What has to be read for it.</summary>
    public IReadOnlyList<HostArea> Areas { get; }

    /// <summary>Where it is written, or who has learnt it the hard way.</summary>
    public string Source { get; }

    /// <summary>What should be so.</summary>
    public string Title { get; }

    /// <summary>What to do; <c>&lt;subject&gt;</c> stands for what was found.</summary>
    public string Remedy { get; }

    /// <summary>What Repair-MtlsHost does about it; null when that takes a decision that only people can make.</summary>
    public string? Repair { get; init; }

    internal Func<HostFacts, IEnumerable<HostSymptom>> Examine { get; init; } = _ => [];

    /// <summary>Id and title.</summary>
    public override string ToString() => $"{Id}: {Title}";
}

/// <summary>One breach: where, how, what shows it, and the repair if there is one.</summary>
internal sealed record HostSymptom(string Subject, string Cause, string Evidence, HostRepairAction? Repair = null);

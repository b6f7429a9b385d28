using MtlsTools.Policy;
using MtlsTools.Verification;

namespace MtlsTools.Configuration.Checking;

/// <summary>One check of a configuration: what should be so, where that is written, and what to do when it is not.</summary>
public sealed class ConfigRule
{
    internal ConfigRule(string id, FindingSeverity severity, string source, string title, string remedy)
    {
        Id = id;
        Severity = severity;
        Source = source;
        Title = title;
        Remedy = remedy;
    }

    /// <summary>A rule of the policy, asked about a file that a configuration names.</summary>
    internal ConfigRule(PolicyRule rule)
        : this(rule.Id, rule.Severity, rule.Source, rule.Title, rule.Fix)
    {
    }

    /// <summary>A check whose breaches the readers see themselves, while they read.</summary>
    internal static ConfigRule Noted(string id, FindingSeverity severity, string source, string title, string remedy) => new(id, severity, source, title, remedy) { Examine = facts => facts.Noted(id) };

    /// <summary>The name; stable across versions.</summary>
    public string Id { get; }

    /// <summary>How much it matters.</summary>
    public FindingSeverity Severity { get; }

    /// <summary>Where it is written, or who has learnt it the hard way.</summary>
    public string Source { get; }

    /// <summary>What should be so.</summary>
    public string Title { get; }

    /// <summary>What to do; <c>&lt;file&gt;</c> stands for the file that the setting names.</summary>
    public string Remedy { get; }

    internal Func<ConfigFacts, IEnumerable<ConfigSymptom>> Examine { get; init; } = _ => [];

    /// <summary>Id and title.</summary>
    public override string ToString() => $"{Id}: {Title}";
}

/// <summary>One breach: which setting, and how.</summary>
internal sealed record ConfigSymptom(ConfigSetting Setting, string Cause);

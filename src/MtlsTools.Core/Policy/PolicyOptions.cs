using MtlsTools.Verification;

namespace MtlsTools.Policy;

/// <summary>Which rules are asked, and for which day.</summary>
public sealed record PolicyOptions
{
    /// <summary>Everything, as of now.</summary>
    public static PolicyOptions Default { get; } = new();

    /// <summary>These rules and no others; null means all.</summary>
    public IReadOnlySet<string>? Rules { get; init; }

    /// <summary>Rules that are not asked.</summary>
    public IReadOnlySet<string> ExcludedRules { get; init; } = new HashSet<string>();

    /// <summary>Rules that matter less are not asked.</summary>
    public FindingSeverity MinimumSeverity { get; init; }

    /// <summary>The day the verdict is for; null is now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether a rule is asked.</summary>
    public bool Asks(PolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Severity >= MinimumSeverity && (Rules is null || Rules.Contains(rule.Id)) && !ExcludedRules.Contains(rule.Id);
    }
}

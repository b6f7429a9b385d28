namespace MtlsTools.Policy;

/// <summary>The table of all rules.</summary>
public static class PolicyRules
{
    /// <summary>Every rule, grouped by subject.</summary>
    public static IReadOnlyList<PolicyRule> All { get; } =
    [
        .. NameRules.All,
        .. KeyRules.All,
        .. UsageRules.All,
        .. LifetimeRules.All,
        .. SerialRules.All,
        .. ChainRules.All,
        .. RevocationRules.All,
        .. RequestRules.All,
        .. KeyFileRules.All,
        .. AuthorityRules.All,
    ];

    /// <summary>The rule of that name in any case, or null.</summary>
    public static PolicyRule? Find(string id) => All.FirstOrDefault(rule => rule.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}

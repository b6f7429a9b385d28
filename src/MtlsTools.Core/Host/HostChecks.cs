namespace MtlsTools.Host;

/// <summary>The table of all checks.</summary>
public static class HostChecks
{
    /// <summary>Every check, grouped by what it looks at.</summary>
    public static IReadOnlyList<HostCheck> All { get; } =
    [
        .. StoreRules.All,
        .. KeyFileRules.All,
        .. TrustFolderRules.All,
        .. CacheAndClockRules.All,
        .. SchannelRules.All,
        .. HttpSysRules.All,
    ];

    /// <summary>The check of that name in any case, or null.</summary>
    public static HostCheck? Find(string id) => All.FirstOrDefault(check => check.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}

namespace MtlsTools.Configuration.Checking;

/// <summary>The table of all checks of configurations.</summary>
public static class ConfigRules
{
    /// <summary>Every check, grouped by what it looks at.</summary>
    public static IReadOnlyList<ConfigRule> All { get; } =
    [
        .. ReadingRules.All,
        .. FileRules.All,
        .. CertificateRules.All,
        .. ClientCaRules.All,
        .. VerificationRules.All,
        .. RevocationRules.All,
        .. ProtocolRules.All,
        .. RouteRules.All,
        .. MeshRules.All,
    ];

    /// <summary>The check of that name in any case, or null.</summary>
    public static ConfigRule? Find(string id) => All.FirstOrDefault(check => check.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}

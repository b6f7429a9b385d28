namespace MtlsTools.Configuration.Targets;

/// <summary>Every program that configuration can be written for.</summary>
internal static class ConfigTargets
{
    internal static IReadOnlyList<TargetDefinition> All { get; } = [.. ProxyTargets.All, .. ServiceTargets.All, .. CodeTargets.All, .. ClientTargets.All, .. PlatformTargets.All];

    internal static TargetDefinition Find(ConfigTarget target) => All.First(one => one.Target == target);
}

using MtlsTools.Configuration.Syntax;

namespace MtlsTools.Configuration.Targets;

/// <summary>Web servers and proxies.</summary>
internal static class ProxyTargets
{
    internal static IReadOnlyList<TargetDefinition> All { get; } =
    [
        new(ConfigTarget.Nginx, ConfigSide.Server, "nginx", new TemplateFile("Nginx/nginx.conf", "nginx.conf", NginxSyntax.Nginx)) 
        {
            IsProxy = true,
            Values = context => new Dictionary<string, object?> { ["serverNames"] = context.Hosts.Count > 0 ? context.Hosts : (IReadOnlyList<string>)["_"] },
        },
    ];
}

using MtlsTools.Certificates;
using MtlsTools.Configuration.Programs;
using MtlsTools.Configuration.Syntax;

namespace MtlsTools.Configuration.Targets;

/// <summary>Web servers and proxies.</summary>
internal static class ProxyTargets
{
    private const string GoReadsNoCrl = "its TLS library looks at none; issue certificates that live for days instead";

    internal static IReadOnlyList<TargetDefinition> All { get; } =
    [
        new(ConfigTarget.Nginx, ConfigSide.Server, "nginx", new TemplateFile("Nginx/nginx.conf", "nginx.conf", NginxSyntax.Nginx))
        {
            IsProxy = true,
            Program = ProxyPrograms.Nginx,
            Values = context => new Dictionary<string, object?> { ["serverNames"] = context.Hosts.Count > 0 ? context.Hosts : (IReadOnlyList<string>)["_"], ["root"] = null },
        },
        new(ConfigTarget.Apache, ConfigSide.Server, "Apache", new TemplateFile("Apache/mtls.conf", "mtls.conf", ProxySyntaxes.Apache))
        {
            IsProxy = true,
            Program = ProxyPrograms.Apache,
            Values = context => new Dictionary<string, object?>
            {
                // A distribution's own configuration listens on 443 already, and a second Listen would be one too many.
                ["ownListen"] = context.Port != 443 || context.Options.Address is not null,
                ["aliases"] = (IReadOnlyList<string>)context.Hosts.Skip(1).ToList(),
                ["backendRoot"] = $"{context.Options.Backend?.OriginalString.TrimEnd('/')}/",
            },
        },
        new(ConfigTarget.HAProxy, ConfigSide.Server, "HAProxy", new TemplateFile("HAProxy/haproxy.cfg", "haproxy.cfg", ProxySyntaxes.HAProxy))
        {
            IsProxy = true,
            RefuseBackend = Path,
            Platforms = [ConfigPlatform.Unix],
            Program = ProxyPrograms.HAProxy,
            Values = context => new Dictionary<string, object?>
            {
                ["clients"] = context.Options.Mode == ConfigMode.Optional ? "optional" : "required",
                ["backendAddress"] = Authority(context),
            },
        },
        new(ConfigTarget.Caddy, ConfigSide.Server, "Caddy", new TemplateFile("Caddy/Caddyfile", "Caddyfile", ProxySyntaxes.Caddyfile))
        {
            IsProxy = true,
            RefuseBackend = Path,
            Program = ProxyPrograms.Caddy,
            NoCrl = GoReadsNoCrl,
            Values = CaddyValues,
        },
        new(ConfigTarget.Envoy, ConfigSide.Server, "Envoy", new TemplateFile("Envoy/envoy.yaml", "envoy.yaml", YamlSyntax.Yaml))
        {
            IsProxy = true,
            RefuseBackend = Path,
            Platforms = [ConfigPlatform.Unix],
            Program = ProxyPrograms.Envoy,
            Values = context => new Dictionary<string, object?> { ["bindAddress"] = context.Options.Address?.ToString() ?? "0.0.0.0" },
        },
        new(ConfigTarget.Traefik, ConfigSide.Server, "Traefik", new TemplateFile("Traefik/mtls.yml", "mtls.yml", YamlSyntax.Yaml), new TemplateFile("Traefik/traefik.yml", "traefik.yml", YamlSyntax.Yaml))
        {
            IsProxy = true,
            NeedsBackend = true,
            RefuseBackend = Path,
            Program = ProxyPrograms.Traefik,
            NoCrl = GoReadsNoCrl,
            Values = context => new Dictionary<string, object?>
            {
                ["rule"] = context.Hosts.Count == 0 ? "PathPrefix(`/`)" : string.Join(" || ", context.Hosts.Select(host => $"Host(`{host}`)")),
                ["forwardsClient"] = context.Options is { ForwardHeaders: true, Mode: not ConfigMode.Tls },
            },
        },
        new(ConfigTarget.Stunnel, ConfigSide.Server, "stunnel", new TemplateFile("Stunnel/mtls.conf", "mtls.conf", ProxySyntaxes.Stunnel))
        {
            IsProxy = true,
            NeedsBackend = true,
            RefuseBackend = backend => Path(backend) ?? (backend.Scheme == Uri.UriSchemeHttps ? "it speaks TLS on one side only" : null),
            NoHeaders = "it sees connections, not requests",
            Program = ProxyPrograms.Stunnel,
            Values = context => new Dictionary<string, object?>
            {
                ["accept"] = context.Options.Address is null ? $"{context.Port}" : context.Listen,
                ["connect"] = Authority(context),
            },
        },
    ];

    /// <summary>What passes requests on as they came has no place for the path of an address.</summary>
    private static string? Path(Uri backend) => backend.AbsolutePath == "/" ? null : "it passes paths on as they are, and adds none";

    private static string? Authority(ConfigContext context) => context.Options.Backend is { } backend ? $"{backend.Host}:{backend.Port}" : null;

    /// <summary>Caddy takes the first certificate of a file only, so several are written into the Caddyfile.</summary>
    private static Dictionary<string, object?> CaddyValues(ConfigContext context)
    {
        var cas = CertificateExporter.WithIssuers(context.Options.TrustedCas).ToList();
        return new Dictionary<string, object?>
        {
            ["sites"] = (IReadOnlyList<string>)context.Hosts.DefaultIfEmpty("").Select(host => $"https://{ConfigContext.Bracketed(host)}:{context.Port}").ToList(),
            ["oneCa"] = cas.Count == 1,
            ["cas"] = (IReadOnlyList<string>)(cas.Count > 1 ? cas.Select(ca => Convert.ToBase64String(ca.RawData.Span)).ToList() : []),
        };
    }
}

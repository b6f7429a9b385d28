using System.Globalization;
using System.Net;
using MtlsTools.Certificates;
using MtlsTools.Configuration.Syntax;
using MtlsTools.Issuance;

namespace MtlsTools.Configuration.Targets;

/// <summary>Containers, Kubernetes and meshes.</summary>
internal static class PlatformTargets
{
    /// <summary>Where the pods of Istio's ingress gateway run unless they were put elsewhere.</summary>
    private const string IstioGatewayNamespace = "istio-system";

    internal static IReadOnlyList<TargetDefinition> All { get; } =
    [
        new(ConfigTarget.DockerCompose, ConfigSide.Server, "Docker Compose",
            new("DockerCompose/compose.yaml", "compose.yaml", ComposeYaml),
            new("Nginx/nginx.conf", "nginx-tls.conf", NginxSyntax.Nginx) { Values = InContainer(ConfigMode.Tls, 8888) },
            new("Nginx/nginx.conf", "nginx-mtls.conf", NginxSyntax.Nginx) { Values = InContainer(ConfigMode.Mtls, 8889) },
            new("DockerCompose/hello-world.txt", "hello-world.txt", ConfigSyntax.Plain))
        {
            Platforms = [ConfigPlatform.Unix],
            Modes = [ConfigMode.Mtls],
            Values = Compose,
        },
        new(ConfigTarget.Kubernetes, ConfigSide.Server, "Kubernetes",
            new("Kubernetes/gateway.yaml", "gateway.yaml", YamlSyntax.Yaml),
            new("Kubernetes/ingress.yaml", "ingress.yaml", YamlSyntax.Yaml),
            new("Kubernetes/client-ca.yaml", "client-ca.yaml", PemText))
        {
            Platforms = [ConfigPlatform.Unix],
            Modes = [ConfigMode.Mtls, ConfigMode.Optional],
            TakesEncryptedKey = true,
            IsProxy = true,
            RefuseBackend = backend => KubernetesSecret.IsLabel(backend.Host) ? null : "it passes on to a Service of the same namespace, such as http://shop:8080",
            Values = Kubernetes,
        },
        new(ConfigTarget.Istio, ConfigSide.Mesh, "Istio",
            new("Istio/istio.yaml", "istio.yaml", YamlSyntax.Yaml),
            new("Istio/gateway.yaml", "gateway.yaml", YamlSyntax.Yaml) { IsNeeded = HasCertificate })
        {
            Platforms = [ConfigPlatform.Unix],
            Modes = [ConfigMode.Mtls, ConfigMode.Optional],
            NeedsCertificate = false,
            SecretNamespace = _ => IstioGatewayNamespace,
            Values = Istio,
        },
        new(ConfigTarget.Linkerd, ConfigSide.Mesh, "Linkerd", new TemplateFile("Linkerd/linkerd.yaml", "linkerd.yaml", YamlSyntax.Yaml))
        {
            Platforms = [ConfigPlatform.Unix],
            Modes = [ConfigMode.Mtls, ConfigMode.Optional],
            Port = 8080,
            NeedsCertificate = false,
            NoCrl = IssuesItself,
            Values = context => new Dictionary<string, object?>(InMesh(context)) { ["identities"] = $"*.{Space(context)}.serviceaccount.identity.linkerd.cluster.local" },
        },
        new(ConfigTarget.Consul, ConfigSide.Mesh, "Consul",
            new("Consul/mesh.yaml", "mesh.yaml", YamlSyntax.Yaml),
            new("Consul/agent.json", "agent.json", CodeSyntax.Json) { IsNeeded = HasCertificate })
        {
            Platforms = [ConfigPlatform.Unix],
            Modes = [ConfigMode.Mtls, ConfigMode.Optional],
            NeedsCertificate = false,
            NoCrl = "its certificates are short-lived instead",
            Values = InMesh,
        },
        new(ConfigTarget.CertManager, ConfigSide.Mesh, "cert-manager", new TemplateFile("CertManager/cert-manager.yaml", "cert-manager.yaml", YamlSyntax.Yaml))
        {
            Platforms = [ConfigPlatform.Unix],
            Modes = [ConfigMode.Mtls],
            NeedsCertificate = false,
            NoCrl = "what it issues is short-lived instead",
            Values = CertManager,
        },
    ];

    private const string IssuesItself = "it issues the certificates of its proxies itself, for a day";

    /// <summary>Compose fills in variables before it reads a value; two dollar signs are one.</summary>
    private static ConfigSyntax ComposeYaml => new("Compose's YAML", text => YamlSyntax.Yaml.Quote(text.Replace("$", "$$", StringComparison.Ordinal)));

    /// <summary>YAML whose places stand in a block of text or between quotes already: the lines of PEM files and the names of Kubernetes need no more.</summary>
    private static ConfigSyntax PemText => new("YAML", text => text.All(c => char.IsAsciiLetterOrDigit(c) || " -.+/=".Contains(c, StringComparison.Ordinal)) ? text : null);

    private static bool HasCertificate(ConfigOptions options) => options.Certificate is not null;

    private static string Space(ConfigContext context) => KubernetesSecret.CheckNamespace(context.Options.Namespace ?? "default");

    /// <summary>What nginx sees in its container: the files that compose.yaml puts there.</summary>
    private static Dictionary<string, object?> InContainer(ConfigMode mode, int port) => new()
    {
        ["certificate"] = "/etc/nginx/tls/server.crt",
        ["key"] = "/etc/nginx/tls/server.key",
        ["trust"] = "/etc/nginx/tls/client-ca.crt",
        ["crl"] = "/etc/nginx/tls/client-ca.crl",
        ["root"] = "/www/data",
        ["port"] = port,
        ["tls"] = mode == ConfigMode.Tls,
        ["mtls"] = mode == ConfigMode.Mtls,
        ["verify"] = mode == ConfigMode.Mtls,
    };

    private static Dictionary<string, object?> Compose(ConfigContext context) => new()
    {
        ["serverNames"] = context.Hosts,
        ["tlsConf"] = (Func<object?>)(() => context.At("nginx-tls.conf")),
        ["mtlsConf"] = (Func<object?>)(() => context.At("nginx-mtls.conf")),
        ["page"] = (Func<object?>)(() => context.At("hello-world.txt")),
        ["greeting"] = "mTLS Hello World!",
    };

    private static Dictionary<string, object?> Kubernetes(ConfigContext context) => new(InCluster(context))
    {
        ["service"] = context.Options.Backend is { } backend ? backend.Host : "backend",
        ["servicePort"] = context.Options.Backend?.Port ?? 8080,
        ["trustLines"] = (Func<object?>)(() => Lines(context.ContentOf(ConfigFileRole.Trust))),
        ["crlLines"] = (Func<object?>)(() => Lines(context.ContentOf(ConfigFileRole.Crl))),
    };

    private static string[] Lines(byte[] pem) => System.Text.Encoding.ASCII.GetString(pem).TrimEnd('\n').Split('\n');

    private static Dictionary<string, object?> Istio(ConfigContext context) => new(InMesh(context))
    {
        ["serviceHosts"] = $"*.{Space(context)}.svc.cluster.local",
        ["gatewaySpace"] = IstioGatewayNamespace,
        ["gatewayHosts"] = context.Hosts.Count > 0 ? context.Hosts : (IReadOnlyList<string>)["*"],
        ["trustBase64"] = (Func<object?>)(() => Convert.ToBase64String(context.ContentOf(ConfigFileRole.Trust))),
        ["crlBase64"] = (Func<object?>)(() => Convert.ToBase64String(context.ContentOf(ConfigFileRole.Crl))),
    };

    private static Dictionary<string, object?> CertManager(ConfigContext context)
    {
        if (context.Options.Certificate is not { IsCa: true } ca || !ca.HasPrivateKey)
            throw new InputException(ErrorCode.ConfigInputMissing, "cert-manager issues with a CA's own key. Name an intermediate CA that was made for the cluster with -Certificate and -Key: ca/ca.crt and ca/private/ca.key.", context.Options.Certificate?.Path);
        var space = Space(context);
        var hosts = context.Hosts.Count > 0 ? context.Hosts : [$"server.{space}.svc", $"server.{space}.svc.cluster.local"];
        var values = new Dictionary<string, object?>(InCluster(context, hosts))
        {
            ["issuer"] = "mtls-ca",
            ["clientName"] = $"client.{space}.svc",
        };
        foreach (var (name, profile) in new[] { ("server", CertificateProfile.Server), ("client", CertificateProfile.Client) })
        {
            var hours = IssuanceProfile.Of(profile).Days * 24;
            values[name + "Duration"] = Hours(hours);
            values[name + "RenewBefore"] = Hours(hours / 3);
        }

        return values;
    }

    /// <summary>cert-manager knows no days.</summary>
    private static string Hours(int hours) => string.Create(CultureInfo.InvariantCulture, $"{hours}h");

    private static Dictionary<string, object?> InMesh(ConfigContext context)
    {
        if (HasCertificate(context.Options) && context.Options.TrustedCas.Count == 0)
            throw new InputException(ErrorCode.ConfigInputMissing, $"With a certificate {context.Target.Title} lets clients of a CA in, and there is no CA. Give it with -Ca, or leave -Certificate out.");
        return new Dictionary<string, object?>(InCluster(context))
        {
            ["strict"] = context.Options.Mode == ConfigMode.Mtls,
            ["permissive"] = context.Options.Mode == ConfigMode.Optional,
        };
    }

    private static Dictionary<string, object?> InCluster(ConfigContext context) => InCluster(context, context.Hosts);

    private static Dictionary<string, object?> InCluster(ConfigContext context, IReadOnlyList<string> hosts)
    {
        var (names, addresses) = (hosts.Where(host => !IPAddress.TryParse(host, out _)).ToList(), hosts.Where(host => IPAddress.TryParse(host, out _)).ToList());
        var secret = context.Options.Certificate is { } certificate ? KubernetesSecret.NameFor(certificate) : "";
        return new Dictionary<string, object?>
        {
            ["space"] = Space(context),
            ["object"] = secret,
            ["caObject"] = secret + "-cacert",
            ["caReference"] = $"{Space(context)}/{secret}-cacert",
            ["secretFile"] = (Func<object?>)(() => Path.GetFileName(context.PathOf(ConfigFileRole.KubernetesSecret))),
            ["hasDnsHosts"] = names.Count > 0,
            ["dnsHosts"] = names,
            ["hasIpHosts"] = addresses.Count > 0,
            ["ipHosts"] = addresses,
        };
    }
}

namespace MtlsTools.Configuration;

/// <summary>What one configuration is about, worked out once: what templates and definitions ask for.</summary>
internal sealed class ConfigContext
{
    private readonly ConfigFileSet files;

    internal ConfigContext(TargetDefinition target, ConfigOptions options, ConfigPlatform platform, IReadOnlyList<string> hosts, ConfigFileSet files)
    {
        Target = target;
        Options = options;
        Platform = platform;
        Hosts = hosts;
        this.files = files;
    }

    internal TargetDefinition Target { get; }

    internal ConfigOptions Options { get; }

    internal ConfigPlatform Platform { get; }

    /// <summary>The names of the server, the usual one first.</summary>
    internal IReadOnlyList<string> Hosts { get; }

    /// <summary>The usual one of these names; empty when there is none.</summary>
    internal string Host => Hosts is [var first, ..] ? first : "";

    internal int Port => Options.Port ?? Target.Port;

    /// <summary>Address and port to listen on, as most programs write them; without an address it is every one.</summary>
    internal string Listen => $"{(Options.Address is { } address ? Bracketed(address.ToString()) : "")}:{Port}";

    /// <summary>How many certificates can stand above a client's: a CA that was given, those above it, and below it as many as it says, or one.</summary>
    internal int Depth => Options.TrustedCas.Select(ca => ca.Chain.Count(issuer => !issuer.Equals(ca)) + 1 + (ca.PathLength ?? 1)).DefaultIfEmpty(1).Max();

    /// <summary>A host as it stands before a port.</summary>
    internal static string Bracketed(string host) => host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;

    /// <summary>The path by which the configuration finds a file; asking for it makes it a part of the configuration.</summary>
    internal string PathOf(ConfigFileRole role) => files.PathOf(role);

    /// <summary>Where a file of the configuration's folder will be.</summary>
    internal string At(string name) => files.At(name);

    /// <summary>What would stand in a file, for a configuration that holds it itself.</summary>
    internal byte[] ContentOf(ConfigFileRole role) => files.ContentOf(role);

    /// <summary>The values that every template can use.</summary>
    internal Dictionary<string, object?> Values()
    {
        var isServer = Target.Side == ConfigSide.Server;
        var verifies = isServer && Options.Mode != ConfigMode.Tls;
        var values = new Dictionary<string, object?>
        {
            ["title"] = Target.Title,
            ["name"] = Options.Certificate?.Name ?? Host,
            ["host"] = Host,
            ["hosts"] = Hosts,
            ["port"] = Port,
            ["address"] = Options.Address?.ToString(),
            ["listen"] = Listen,
            ["url"] = Host.Length == 0 ? "" : new UriBuilder(Uri.UriSchemeHttps, Host, Port, "/").Uri.AbsoluteUri,
            ["tls"] = isServer && Options.Mode == ConfigMode.Tls,
            ["mtls"] = isServer && Options.Mode == ConfigMode.Mtls,
            ["optional"] = isServer && Options.Mode == ConfigMode.Optional,
            ["verify"] = verifies,
            ["depth"] = Depth,
            ["unix"] = Platform == ConfigPlatform.Unix,
            ["windows"] = Platform == ConfigPlatform.Windows,
            ["forward"] = Options.ForwardHeaders,
            ["backend"] = Options.Backend?.OriginalString.TrimEnd('/'),
            ["backendHost"] = Options.Backend?.Host,
            ["backendPort"] = Options.Backend?.Port,
            ["backendIsTls"] = Options.Backend?.Scheme == Uri.UriSchemeHttps,
            ["namespace"] = Options.Namespace,
            ["hasCrl"] = Options.Crls.Count > 0,
            ["hasTrust"] = Options.TrustedCas.Count > 0,
            ["identity"] = Options.Certificate is not null,
            ["encryptedKey"] = files.IsKeyEncrypted,
            ["folder"] = (Func<object?>)files.Folder,
        };
        foreach (var (name, role) in Paths)
            values[name] = (Func<object?>)(() => PathOf(role));
        foreach (var (name, value) in Target.Values(this))
            values[name] = value;
        return values;
    }

    /// <summary>The names by which templates ask for files.</summary>
    private static readonly IReadOnlyDictionary<string, ConfigFileRole> Paths = new Dictionary<string, ConfigFileRole>
    {
        ["certificate"] = ConfigFileRole.Certificate,
        ["key"] = ConfigFileRole.Key,
        ["pem"] = ConfigFileRole.CertificateAndKey,
        ["trust"] = ConfigFileRole.Trust,
        ["crl"] = ConfigFileRole.Crl,
        ["trustAndCrl"] = ConfigFileRole.TrustAndCrl,
        ["pfx"] = ConfigFileRole.Pfx,
        ["truststore"] = ConfigFileRole.TrustStore,
    };
}

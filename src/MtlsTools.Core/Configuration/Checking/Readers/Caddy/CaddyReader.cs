namespace MtlsTools.Configuration.Checking;

/// <summary>Caddy: one endpoint for each address of each site. Caddy gets certificates of its own where none is named.</summary>
internal sealed class CaddyReader
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "protocols", "ciphers", "curves", "alpn", "load", "ca", "ca_root", "key_type", "dns", "resolvers", "eab", "on_demand", "client_auth", "issuer", "get_certificate", "insecure_secrets_log", "reuse_private_keys", "renewal_window_ratio", "propagation_delay", "propagation_timeout", "dns_ttl", "dns_challenge_override_domain", "force_automate",
    };

    private readonly ConfigFacts facts;
    private readonly SettingReader settings;
    private readonly Directive root;
    private readonly bool withoutAutomaticTls;

    private CaddyReader(ConfigFacts facts, ConfigPaths paths, string path)
    {
        this.facts = facts;
        settings = new SettingReader(facts, paths, Path.GetDirectoryName(path)!);
        root = new CaddyParser(facts, paths).Read(path);
        withoutAutomaticTls = root.Children.FirstOrDefault(one => one is { Name: "", IsBlock: true })?.Own("auto_https").Any(one => one.First == "off") == true;
    }

    internal static void Read(ConfigFacts facts, ConfigPaths paths, string path) => new CaddyReader(facts, paths, path).Read();

    private void Read()
    {
        var sites = root.Children.Where(one => one.IsBlock && one.Name.Length > 0 && one.Name[0] != '(' && one.Name[0] != '&').ToList();
        foreach (var site in sites)
            ReadSite(site, [site.Name, .. site.Arguments]);

        // A file of one site may do without braces: its first line is the addresses.
        if (sites.Count == 0 && root.Children.FirstOrDefault(one => !one.IsBlock) is { } first)
            ReadSite(root, [first.Name, .. first.Arguments], first);
    }

    private void ReadSite(Directive site, IEnumerable<string> addresses, Directive? place = null)
    {
        var tls = site.Own("tls").ToList();
        foreach (var address in addresses.SelectMany(one => one.Split(',')).Where(one => one.Length > 0))
        {
            var isPlain = address.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
            var rest = address[(address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..].Split('/')[0];
            var (host, port) = SettingReader.Cut(rest, isPlain ? 80 : 443);
            isPlain |= port == 80 || (tls.Count == 0 && !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && (host is "*" or "" || withoutAutomaticTls));
            var endpoint = new ConfigEndpoint(host, (place ?? site).At(address), ServerProgram.Caddy)
            {
                Port = port,
                IsTls = !isPlain,
                IsLocal = site.Own("bind").SelectMany(one => one.Arguments).ToList() is { Count: > 0 } bound && bound.TrueForAll(SettingReader.IsLocal),
            };
            if (!isPlain)
            {
                if (Names.HostName.IsWellFormed(host))
                    endpoint.HostNames.Add(endpoint.Place with { Value = host });
                foreach (var directive in tls)
                    ReadTls(directive, endpoint);
            }

            CaddyRoutes.Read(facts, site, endpoint);
            facts.Endpoints.Add(endpoint);
        }
    }

    private void ReadTls(Directive tls, ConfigEndpoint endpoint)
    {
        if (tls.Arguments.Count == 2)
            endpoint.Pairs.Add(new KeyPair(Open(tls, tls.Arguments[0]), Open(tls, tls.Arguments[1])));
        foreach (var encrypted in endpoint.Pairs.Where(pair => pair.Key?.Keys is { Protections.Count: > 0 }))
            facts.Note("KeyEncrypted", encrypted.Key!.Setting, $"The key '{encrypted.Key.Label}' is encrypted, and Caddy can not be given its passphrase: it does not start.");
        foreach (var child in tls.Children.Where(child => !Known.Contains(child.Name)))
            facts.Note("DirectiveUnknown", child.Setting, $"'{child.Name}' is nothing that tls takes.");
        if (tls.Own("protocols").LastOrDefault() is { Arguments.Count: > 0 } protocols)
        {
            endpoint.Protocols = protocols.Setting;
            endpoint.Versions = settings.VersionsBetween(Version(protocols, 0), protocols.Arguments.Count > 1 ? Version(protocols, 1) : null, "TLSv1.2");
        }

        if (tls.Own("client_auth").LastOrDefault() is { } clients)
            ReadClients(clients, endpoint);
    }

    /// <summary>Caddy writes tls1.2 where others write TLSv1.2.</summary>
    private static ConfigSetting Version(Directive protocols, int index) => protocols.At(protocols.Arguments[index].Replace("tls", "TLSv", StringComparison.OrdinalIgnoreCase));

    private void ReadClients(Directive clients, ConfigEndpoint endpoint)
    {
        foreach (var child in clients.All())
        {
            switch (child.Name)
            {
                case "trusted_ca_cert_file" or "pem_file" or "trusted_ca_certs_pem_files":
                    endpoint.Cas.AddRange(child.Arguments.Select(file => Open(child, file)));
                    break;
                case "trust_pool" when child.First == "file":
                    endpoint.Cas.AddRange(child.Arguments.Skip(1).Select(file => Open(child, file)));
                    break;
                case "trust_pool" when child.First is not ("inline" or ""):
                    endpoint.Cas.Add(Material.Unknown(child.Setting));
                    break;
                case "trusted_ca_cert" or "trust_der":
                    endpoint.Cas.AddRange(child.Arguments.Select(text => Inline(child, text)));
                    break;
                case "trusted_leaf_cert_file" or "trusted_leaf_cert" or "verifier":
                    endpoint.ActsOnResult = true;
                    break;
            }
        }

        var mode = clients.Own("mode").LastOrDefault();
        if (mode is not null)
            settings.Expect(mode.Setting, "request", "require", "verify_if_given", "require_and_verify");
        endpoint.Verify = mode?.Setting ?? clients.Setting;
        endpoint.ClientCheck = (mode?.First ?? (endpoint.Cas.Count > 0 ? "require_and_verify" : "require")) switch
        {
            "require_and_verify" => ClientCheck.Required,
            "verify_if_given" => ClientCheck.Optional,
            _ => ClientCheck.Unverified,
        };
    }

    private static Material Inline(Directive directive, string base64)
    {
        var content = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, content, out var length)
            ? Material.Inline(directive.At("(inline)"), content.AsMemory(0, length))
            : Material.Inline(directive.At("(inline)"), System.Text.Encoding.UTF8.GetBytes(base64));
    }

    private Material Open(Directive directive, string file) => settings.Open(directive.At(file.Replace("{$", "${", StringComparison.Ordinal)), Path.GetDirectoryName(directive.File));
}

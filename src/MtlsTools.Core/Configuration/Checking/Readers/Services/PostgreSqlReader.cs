namespace MtlsTools.Configuration.Checking;

/// <summary>PostgreSQL: one endpoint for each line of pg_hba.conf that lets in clients over the network. The certificate and the CAs stand in postgresql.conf.</summary>
internal sealed class PostgreSqlReader
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "ssl", "ssl_ca_file", "ssl_cert_file", "ssl_ciphers", "ssl_crl_dir", "ssl_crl_file", "ssl_dh_params_file", "ssl_ecdh_curve", "ssl_groups", "ssl_key_file", "ssl_library", "ssl_max_protocol_version", "ssl_min_protocol_version", "ssl_passphrase_command", "ssl_passphrase_command_supports_reload", "ssl_prefer_server_ciphers", "ssl_renegotiation_limit", "ssl_tls13_ciphers",
    };

    private readonly ConfigFacts facts;
    private readonly SettingReader settings;
    private readonly Dictionary<string, ConfigSetting> values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Directive> rules = [];
    private readonly string path;
    private readonly string data;

    private PostgreSqlReader(ConfigFacts facts, ConfigPaths paths, string path)
    {
        this.facts = facts;
        this.path = path;
        var folder = Path.GetDirectoryName(path)!;
        var parser = new PostgreSqlParser(facts, paths);
        var main = IsRules(path) ? Path.Combine(folder, "postgresql.conf") : path;
        if (File.Exists(main))
            values = parser.ReadSettings(main);
        data = values.TryGetValue("data_directory", out var named) && paths.Find(named.Value, folder) is { } directory ? directory : folder;
        settings = new SettingReader(facts, paths, data);
        var own = values.TryGetValue("hba_file", out var hba) ? paths.Find(hba.Value, data) : Path.Combine(folder, "pg_hba.conf");
        if (IsRules(path))
            rules = parser.ReadRules(path, null);
        else if (own is not null && (File.Exists(own) || hba is not null))
            rules = parser.ReadRules(own, hba ?? new ConfigSetting("hba_file", own, path, 1));
    }

    internal static void Read(ConfigFacts facts, ConfigPaths paths, string path) => new PostgreSqlReader(facts, paths, path).Read();

    private static bool IsRules(string path) => Path.GetFileName(path).Contains("hba", StringComparison.OrdinalIgnoreCase);

    private void Read()
    {
        foreach (var unknown in values.Values.Where(one => one.Name.StartsWith("ssl", StringComparison.OrdinalIgnoreCase) && !Known.Contains(one.Name)))
            facts.Note("DirectiveUnknown", unknown, $"PostgreSQL has no setting '{unknown.Name}'.");
        var isOn = values.TryGetValue("ssl", out var ssl) && ssl.Value.ToLowerInvariant() is "on" or "true" or "yes" or "1";
        var knowsSettings = values.Count > 0;
        var first = true;
        foreach (var rule in rules.Where(rule => rule.Name is "host" or "hostssl" or "hostnossl" && rule.Arguments.Count >= 4))
        {
            // A mask may stand behind the address, as a word of its own.
            var at = rule.Arguments.Count > 4 && System.Net.IPAddress.TryParse(rule.Arguments[3], out _) ? 4 : 3;
            var (method, options) = (rule.Arguments[at].ToLowerInvariant(), rule.Arguments.Skip(at + 1).ToList());
            if (method == "reject")
                continue;
            var endpoint = new ConfigEndpoint($"{rule.Name} {string.Join(' ', rule.Arguments.Take(at))}", rule.Setting, ServerProgram.PostgreSql)
            {
                Port = values.TryGetValue("port", out var port) && int.TryParse(port.Value, out var number) ? number : 5432,
                IsTls = rule.Name == "hostssl",
                IsLocal = rule.Arguments[2] is "samehost" || SettingReader.IsLocal(rule.Arguments[2]),
            };
            ReadRule(rule, method, options, endpoint);
            endpoint.Routes.Add(new Route("database", rule.Setting, new HeaderUses()));
            facts.Endpoints.Add(endpoint);
            if (!endpoint.IsTls)
                continue;
            if (!isOn && knowsSettings)
                facts.Note("TlsOff", rule.Setting, $"The line is for TLS, and 'ssl' is {(ssl is null ? "not set, which means off" : "off")}: nobody comes in by it.");
            if (first || endpoint.ClientCheck != ClientCheck.None)
                ReadTls(endpoint);
            first = false;
        }

        if (rules.Count == 0 && isOn)
        {
            var endpoint = new ConfigEndpoint("postgresql", ssl!, ServerProgram.PostgreSql) { Port = values.TryGetValue("port", out var port) && int.TryParse(port.Value, out var number) ? number : 5432, IsTls = true };
            ReadTls(endpoint);
            facts.Endpoints.Add(endpoint);
        }
    }

    private void ReadRule(Directive rule, string method, List<string> options, ConfigEndpoint endpoint)
    {
        var client = options.FindLast(option => option.StartsWith("clientcert=", StringComparison.OrdinalIgnoreCase))?[11..].ToLowerInvariant();
        if (client is not null and not ("verify-ca" or "verify-full" or "0" or "1" or "no-verify"))
            facts.Note("ValueUnknown", rule.Setting, $"'{client}' is no value of clientcert; it takes verify-ca and verify-full.");
        if (endpoint.IsTls && (method == "cert" || client is "verify-ca" or "verify-full" or "1"))
        {
            endpoint.ClientCheck = ClientCheck.Required;
            endpoint.Verify = rule.At(method == "cert" ? "cert" : $"clientcert={client}");
        }
        else if (method == "cert" || client is not null)
        {
            facts.Note("TlsOff", rule.Setting, $"'{rule.Name}' lines can not ask for client certificates: PostgreSQL refuses the line. Write hostssl.");
        }

        if (endpoint.ClientCheck == ClientCheck.Required && method == "trust" && client is not "verify-full")
            facts.Note("NameNotChecked", rule.Setting, "With 'trust' and clientcert=verify-ca any certificate of the CA logs in as any user: nobody compares its name.");
    }

    private void ReadTls(ConfigEndpoint endpoint)
    {
        var here = new ConfigSetting("ssl", "on", values.Values.FirstOrDefault()?.File ?? path, values.TryGetValue("ssl", out var ssl) ? ssl.Line : 1);
        if (values.Count > 0)
        {
            var certificate = Find("ssl_cert_file") ?? here with { Name = "ssl_cert_file", Value = "server.crt" };
            var key = Find("ssl_key_file") ?? here with { Name = "ssl_key_file", Value = "server.key" };
            endpoint.Pairs.Add(new KeyPair(settings.Open(certificate), settings.Open(key)));
            if (endpoint.Pairs[0].Key!.Keys is { Protections.Count: > 0 } && Find("ssl_passphrase_command") is null)
                facts.Note("KeyEncrypted", key, $"The key '{key.Value}' is encrypted, and there is no ssl_passphrase_command: PostgreSQL asks for its passphrase at every start, and can not reload.");
        }
        else if (endpoint.ClientCheck != ClientCheck.None)
        {
            // The settings are elsewhere: that there is no CA can not be said.
            endpoint.Cas.Add(Material.Unknown(here));
        }

        if (Find("ssl_ca_file") is { } ca)
            endpoint.Cas.Add(settings.Open(ca));
        endpoint.Crls.AddRange(new[] { Find("ssl_crl_file"), Find("ssl_crl_dir") }.OfType<ConfigSetting>().Select(one => settings.Open(one)));
        endpoint.CrlScope = RevocationScope.Chain;
        endpoint.Protocols = Find("ssl_min_protocol_version") ?? Find("ssl_max_protocol_version");
        if (endpoint.Protocols is not null)
            endpoint.Versions = settings.VersionsBetween(Find("ssl_min_protocol_version") is { Value.Length: > 0 } minimum ? minimum : null, Find("ssl_max_protocol_version"), "TLSv1.2");
    }

    private ConfigSetting? Find(string name) => values.TryGetValue(name, out var value) && value.Value.Length > 0 ? value : null;
}

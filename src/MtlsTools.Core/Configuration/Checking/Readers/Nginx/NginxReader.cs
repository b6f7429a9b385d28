namespace MtlsTools.Configuration.Checking;

/// <summary>nginx: one endpoint for each port of each server block. Settings of http count where a server has none of its own.</summary>
internal sealed class NginxReader
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "ssl", "ssl_alpn", "ssl_buffer_size", "ssl_certificate", "ssl_certificate_cache", "ssl_certificate_compression", "ssl_certificate_key", "ssl_ciphers", "ssl_client_certificate", "ssl_conf_command", "ssl_crl", "ssl_dhparam", "ssl_early_data", "ssl_ecdh_curve", "ssl_ech_file", "ssl_encrypted_hello_key", "ssl_engine", "ssl_handshake_timeout", "ssl_key_log", "ssl_object_cache_inheritable", "ssl_ocsp", "ssl_ocsp_cache", "ssl_ocsp_responder", "ssl_password_file", "ssl_prefer_server_ciphers", "ssl_preread", "ssl_protocols", "ssl_reject_handshake", "ssl_session_cache", "ssl_session_ticket_key", "ssl_session_tickets", "ssl_session_timeout", "ssl_stapling", "ssl_stapling_file", "ssl_stapling_responder", "ssl_stapling_verify", "ssl_trusted_certificate", "ssl_verify_client", "ssl_verify_depth",
    };

    private static readonly string[] OfOneValue = ["ssl_certificate", "ssl_certificate_key", "ssl_client_certificate", "ssl_trusted_certificate", "ssl_crl", "ssl_verify_client", "ssl_verify_depth", "ssl_password_file", "ssl_dhparam", "ssl_ocsp", "ssl_prefer_server_ciphers"];

    private readonly ConfigFacts facts;
    private readonly SettingReader settings;
    private readonly Directive root;
    private readonly NginxRoutes routes;

    private NginxReader(ConfigFacts facts, ConfigPaths paths, string path)
    {
        this.facts = facts;
        var folder = FolderOf(path);
        settings = new SettingReader(facts, paths, folder);
        root = new NginxParser(facts, paths, folder).Read(path);
        routes = new NginxRoutes(facts, root);
    }

    internal static void Read(ConfigFacts facts, ConfigPaths paths, string path) => new NginxReader(facts, paths, path).Read();

    /// <summary>Relative paths begin at the folder of nginx.conf; the files of conf.d and sites-enabled lie one below.</summary>
    private static string FolderOf(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        return Path.GetFileName(folder) is "conf.d" or "http.d" or "default.d" or "sites-enabled" or "sites-available" or "snippets" or "stream.d" ? Path.GetDirectoryName(folder)! : folder;
    }

    private void Read()
    {
        foreach (var directive in root.All())
        {
            if (directive.Name.StartsWith("ssl_", StringComparison.Ordinal) && !Known.Contains(directive.Name) && !directive.Name.Contains("_by_lua", StringComparison.Ordinal))
                facts.Note("DirectiveUnknown", directive.Setting, $"nginx has no directive '{directive.Name}'.");
            if (OfOneValue.Contains(directive.Name) && directive.Arguments.Count != 1)
                facts.Note("SyntaxBroken", directive.File, directive.Line, $"'{directive.Name}' takes one value and has {directive.Arguments.Count}{(directive.Arguments.Count > 1 ? ": is a semicolon missing at its end?" : ".")}");
            if (directive.IsBlock && directive.Name == "server" && directive.Parent is { Name: "" or "http" or "stream" or "mail" })
                ReadServer(directive);
        }
    }

    private void ReadServer(Directive server)
    {
        var listens = server.Own("listen").Where(listen => listen.Arguments.Count > 0)
            .Select(listen => (Directive: listen, Where: SettingReader.Cut(listen.First, 80), IsTls: listen.Arguments.Contains("ssl") || listen.Arguments.Contains("quic") || server.Value("ssl") == "on"))
            .ToList();
        if (listens.Count == 0)
            listens = [(server, ("*", 80), server.Value("ssl") == "on")];
        foreach (var group in listens.GroupBy(listen => (listen.Where.Port, listen.IsTls)))
        {
            var (directive, where, isTls) = group.First();
            var names = server.Own("server_name").SelectMany(names => names.Arguments.Select(names.At)).ToList();
            var endpoint = new ConfigEndpoint(names.Find(name => name.Value is not ("_" or "") && name.Value[0] != '~')?.Value ?? where.Address, directive.At(directive.First), ServerProgram.Nginx)
            {
                Port = where.Port,
                IsTls = isTls,
                IsLocal = group.All(listen => SettingReader.IsLocal(listen.Where.Address)),
            };
            if (isTls && server.Value("ssl_reject_handshake") == "on")
                continue;
            if (isTls)
                ReadTls(server, endpoint, names);
            routes.Read(server, endpoint);
            facts.Endpoints.Add(endpoint);
        }
    }

    private void ReadTls(Directive server, ConfigEndpoint endpoint, List<ConfigSetting> names)
    {
        endpoint.HostNames.AddRange(names.SelectMany(Hosts));
        var keys = server.Inherited("ssl_certificate_key");
        var isUnlocked = server.Inherited("ssl_password_file").Count > 0;
        foreach (var (certificate, i) in server.Inherited("ssl_certificate").Select((certificate, i) => (certificate, i)))
        {
            var key = i < keys.Count ? keys[i] : null;
            endpoint.Pairs.Add(new KeyPair(Open(certificate), key is null ? null : Open(key)));
            if (key is null)
                facts.Note("CertificateNotConfigured", certificate.Setting, "The certificate has no ssl_certificate_key.");
            else if (!isUnlocked && endpoint.Pairs[^1].Key!.Keys is { Protections.Count: > 0 })
                facts.Note("KeyEncrypted", key.Setting, $"The key '{key.First}' is encrypted, and there is no ssl_password_file: nginx asks for its passphrase at every start.");
        }

        if (endpoint.Pairs.Count == 0)
            facts.Note("CertificateNotConfigured", endpoint.Place, "The port has TLS and no ssl_certificate.");
        if (Last(server, "ssl_verify_client") is { } verify)
        {
            settings.Expect(verify, "on", "off", "optional", "optional_no_ca");
            endpoint.Verify = verify;
            endpoint.ClientCheck = verify.Value switch { "on" => ClientCheck.Required, "optional" => ClientCheck.Optional, "optional_no_ca" => ClientCheck.Unverified, _ => ClientCheck.None };
        }

        // Both files go into the one store that clients are verified against.
        endpoint.Cas.AddRange(server.Inherited("ssl_client_certificate").Concat(server.Inherited("ssl_trusted_certificate")).Select(Open));
        endpoint.Crls.AddRange(server.Inherited("ssl_crl").Select(Open));
        endpoint.CrlScope = endpoint.Program.Revocation;
        endpoint.AsksOcsp = Last(server, "ssl_ocsp")?.Value is "on" or "leaf";
        endpoint.Depth = Last(server, "ssl_verify_depth");
        if (server.Inherited("ssl_protocols") is [.., var protocols])
        {
            endpoint.Protocols = protocols.Setting;
            endpoint.Versions = settings.ReadVersions(protocols.Setting, protocols.Arguments);
        }
    }

    private Material Open(Directive directive) => directive.First.StartsWith("data:", StringComparison.Ordinal) || directive.First.StartsWith("engine:", StringComparison.Ordinal) || directive.First.StartsWith("store:", StringComparison.Ordinal)
        ? Material.Unknown(directive.Setting)
        : settings.Open(directive.At(directive.First));

    private static ConfigSetting? Last(Directive server, string name) => server.Inherited(name) is [.., var last] ? last.Setting : null;

    /// <summary>The hosts that a name stands for; patterns that stand for too many are left out.</summary>
    private static IEnumerable<ConfigSetting> Hosts(ConfigSetting name) => name.Value switch
    {
        "" or "_" => [],
        ['~', ..] => [],
        var text when text.Contains('$') || text.EndsWith('*') || !Names.HostName.IsWellFormed(text.TrimStart('.')) => [],
        ['.', .. var domain] => [name with { Value = domain }, name with { Value = "*." + domain }],
        _ => [name],
    };
}

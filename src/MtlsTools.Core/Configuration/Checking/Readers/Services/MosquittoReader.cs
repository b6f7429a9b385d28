namespace MtlsTools.Configuration.Checking;

/// <summary>Mosquitto: one endpoint for each listener, and the default one. A setting a line; what stands behind a listener is its own.</summary>
internal sealed class MosquittoReader
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "acl_file", "allow_anonymous", "allow_duplicate_messages", "allow_zero_length_clientid", "auth_plugin", "auth_plugin_deny_special_chars", "auto_id_prefix", "autosave_interval", "autosave_on_changes", "bind_address", "bind_interface", "cafile", "capath", "certfile", "check_retain_source", "ciphers", "ciphers_tls1.3", "clientid_prefixes", "connection_messages", "crlfile", "dhparamfile", "disable_client_cert_date_checks", "enable_control_api", "enable_proxy_protocol", "global_max_clients", "global_max_connections", "global_plugin", "http_dir", "include_dir", "keyfile", "listener", "listener_allow_anonymous", "listener_auto_id_prefix", "log_dest", "log_facility", "log_timestamp", "log_timestamp_format", "log_type", "max_connections", "max_inflight_bytes", "max_inflight_messages", "max_keepalive", "max_packet_size", "max_qos", "max_queued_bytes", "max_queued_messages", "max_topic_alias", "max_topic_alias_broker", "memory_limit", "message_size_limit", "mount_point", "packet_buffer_size", "password_file", "per_listener_settings", "persistence", "persistence_file", "persistence_location", "persistent_client_expiration", "pid_file", "plugin", "plugin_load", "plugin_use", "port", "protocol", "proxy_protocol_v2_require_tls", "psk_file", "psk_hint", "queue_qos0_messages", "require_certificate", "retain_available", "retain_expiry_interval", "set_tcp_nodelay", "socket_domain", "store_clean_interval", "sys_interval", "tls_engine", "tls_engine_kpass_sha1", "tls_keyform", "tls_version", "upgrade_outgoing_qos", "use_identity_as_username", "use_subject_as_username", "use_username_as_clientid", "user", "websockets_headers_size", "websockets_log_level", "websockets_origin", "accept_protocol_versions",

        // Bridges
        "address", "addresses", "bridge_alpn", "bridge_attempt_unsubscribe", "bridge_bind_address", "bridge_cafile", "bridge_capath", "bridge_certfile", "bridge_ciphers", "bridge_ciphers_tls1.3", "bridge_identity", "bridge_insecure", "bridge_keyfile", "bridge_max_packet_size", "bridge_max_topic_alias", "bridge_outgoing_retain", "bridge_protocol_version", "bridge_psk", "bridge_receive_maximum", "bridge_reload_type", "bridge_require_ocsp", "bridge_session_expiry_interval", "bridge_tcp_keepalive", "bridge_tcp_user_timeout", "bridge_tls_use_os_certs", "bridge_tls_version", "cleansession", "clientid", "connection", "idle_timeout", "keepalive_interval", "local_clientid", "local_cleansession", "local_password", "local_username", "notification_topic", "notifications", "notifications_local_only", "password", "remote_clientid", "remote_password", "remote_username", "restart_timeout", "round_robin", "start_type", "threshold", "topic", "try_private", "username",
    };

    private readonly ConfigFacts facts;
    private readonly ConfigPaths paths;
    private readonly SettingReader settings;
    private readonly ConfigText texts;
    private readonly List<List<ConfigSetting>> listeners = [[]];

    private MosquittoReader(ConfigFacts facts, ConfigPaths paths, string path)
    {
        this.facts = facts;
        this.paths = paths;
        settings = new SettingReader(facts, paths, Path.GetDirectoryName(path)!);
        texts = new ConfigText(facts);
        texts.Read(path, null, text => Parse(text, path));
    }

    internal static void Read(ConfigFacts facts, ConfigPaths paths, string path) => new MosquittoReader(facts, paths, path).Read();

    private void Parse(string text, string file)
    {
        foreach (var (line, number) in LineWords.Lines(text, joins: false))
        {
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
                continue;
            var space = trimmed.AsSpan().IndexOfAny(' ', '\t');
            var setting = new ConfigSetting(space < 0 ? trimmed : trimmed[..space], space < 0 ? "" : trimmed[space..].Trim(), file, number);
            if (setting.Name == "include_dir")
            {
                if (paths.Find(setting.Value, settings.SettingFolder) is { } folder && Directory.Exists(folder))
                    foreach (var path in Includes.Expand(Path.Combine(folder, "*.conf")))
                        texts.Read(path, setting, included => Parse(included, path));
                else
                    facts.Note("IncludeMissing", setting, $"The folder '{setting.Value}' does not exist.");
                continue;
            }

            if (!Known.Contains(setting.Name) && !setting.Name.StartsWith("plugin_opt_", StringComparison.Ordinal) && !setting.Name.StartsWith("auth_opt_", StringComparison.Ordinal))
                facts.Note("DirectiveUnknown", setting, $"Mosquitto has no setting '{setting.Name[..Math.Min(60, setting.Name.Length)]}'.");
            else if (setting.Value.Length == 0 && setting.Name != "websockets_origin")
                facts.Note("SyntaxBroken", file, number, $"'{setting.Name}' has no value.");
            if (setting.Name == "listener" || (setting.Name == "port" && listeners.Count == 1))
                listeners.Add([setting]);
            else
                listeners[^1].Add(setting);
        }
    }

    private void Read()
    {
        // What stands before the first listener belongs to the default one, which is there when it has a port or a certificate.
        if (listeners.Count == 1 && listeners[0].Exists(one => one.Name is "certfile" or "cafile"))
            listeners.Add([listeners[0][0] with { Name = "port", Value = "1883" }, .. listeners[0]]);
        foreach (var listener in listeners.Skip(1))
            ReadListener(listener);
    }

    private void ReadListener(List<ConfigSetting> listener)
    {
        var own = listener[0].Name == "port" ? listener.Concat(listeners[0]).ToList() : listener;
        ConfigSetting? Find(string name) => own.FindLast(one => one.Name == name);
        var words = listener[0].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var address = words.Length > 1 ? words[1] : Find("bind_address")?.Value ?? "*";
        var port = words.Length > 0 && int.TryParse(words[0], out var number) ? number : (int?)null;

        // Without any listener, and with an old-style one in Mosquitto 2 without settings, only the machine itself comes in.
        var endpoint = new ConfigEndpoint($"listener {listener[0].Value}", listener[0], ServerProgram.Mosquitto)
        {
            Port = port == 0 ? null : port,
            IsLocal = port == 0 || SettingReader.IsLocal(address),
            IsTls = Find("certfile") is not null || Find("cafile") is not null,
        };
        if (endpoint.IsTls)
            ReadTls(endpoint, Find);
        else if (Find("require_certificate") is { Value: "true" } verify)
            facts.Note("TlsOff", verify, "The listener asks for client certificates and has no certfile: it is without TLS.");
        endpoint.Routes.Add(new Route("broker", listener[0], new HeaderUses()));
        facts.Endpoints.Add(endpoint);
    }

    private void ReadTls(ConfigEndpoint endpoint, Func<string, ConfigSetting?> find)
    {
        if (find("certfile") is { } certificate && find("keyfile") is { } key)
        {
            endpoint.Pairs.Add(new KeyPair(settings.Open(certificate), settings.Open(key)));
            if (endpoint.Pairs[0].Key!.Keys is { Protections.Count: > 0 })
                facts.Note("KeyEncrypted", key, $"The key '{key.Value}' is encrypted: Mosquitto asks for its passphrase at every start.");
        }
        else
        {
            facts.Note("CertificateNotConfigured", endpoint.Place, "The listener has TLS, which takes both a certfile and a keyfile.");
        }

        endpoint.Cas.AddRange(new[] { find("cafile"), find("capath") }.OfType<ConfigSetting>().Select(one => settings.Open(one)));
        endpoint.Verify = find("require_certificate");
        endpoint.ClientCheck = endpoint.Verify?.Value == "true" ? ClientCheck.Required : ClientCheck.None;
        if (endpoint.Verify is { } verify)
            settings.Expect(verify, "true", "false");
        if (find("crlfile") is { } crl)
            endpoint.Crls.Add(settings.Open(crl));
        endpoint.CrlScope = RevocationScope.Leaf;
        if (find("tls_version") is { } version)
        {
            endpoint.Protocols = version;
            endpoint.Versions = settings.VersionsBetween(version, null, "TLSv1.2");
        }

        if (find("disable_client_cert_date_checks") is { Value: "true" } dates && endpoint.ClientCheck == ClientCheck.Required)
            facts.Note("ClientNotVerified", dates, "Clients whose certificates have expired are let in: disable_client_cert_date_checks.");
    }
}

namespace MtlsTools.Configuration.Checking;

/// <summary>HAProxy: one endpoint for each bind line, and for each line of a crt-list that asks for clients in its own way.</summary>
internal sealed class HAProxyReader
{
    private readonly ConfigFacts facts;
    private readonly SettingReader settings;
    private readonly HAProxyParser parser;
    private readonly Directive root;
    private readonly HAProxyRoutes routes;
    private readonly string? certificates, cas;
    private readonly Directive? options;
    private readonly BindLine? defaults;

    private HAProxyReader(ConfigFacts facts, ConfigPaths paths, string path)
    {
        this.facts = facts;
        settings = new SettingReader(facts, paths, Path.GetDirectoryName(path)!);
        parser = new HAProxyParser(facts);
        root = parser.Read(path);
        routes = new HAProxyRoutes(facts, root);
        var global = root.Own("global").SelectMany(section => section.Children).ToList();
        certificates = Base("crt-base");
        cas = Base("ca-base");
        options = global.FindLast(one => one.Name == "ssl-default-bind-options");
        defaults = options is null ? null : new BindLine(options, options.Arguments);

        string? Base(string name) => global.FindLast(one => one.Name == name) is { } setting ? paths.Find(setting.First, settings.SettingFolder) : null;
    }

    internal static void Read(ConfigFacts facts, ConfigPaths paths, string path) => new HAProxyReader(facts, paths, path).Read();

    private void Read()
    {
        foreach (var section in root.Children.Where(one => one.Name is "frontend" or "listen"))
        {
            foreach (var line in section.Own("bind").Where(line => line.Arguments.Count > 0))
                ReadBind(section, line);
        }
    }

    private void ReadBind(Directive section, Directive line)
    {
        var bind = new BindLine(line, line.Arguments.Skip(1));
        foreach (var word in bind.Unknown ?? [])
            facts.Note("DirectiveUnknown", line.Setting, $"'{word}' is no parameter of bind.");
        if (bind.WithoutValue is { } open)
            facts.Note("SyntaxBroken", line.File, line.Line, $"'{open}' has no value.");
        var where = SettingReader.Cut(line.First.Split(',')[0], null);
        var endpoint = Endpoint(section.First.Length > 0 ? section.First : where.Address, line);
        endpoint.IsTls = bind.Has("ssl");
        if (endpoint.IsTls)
        {
            ReadPairs(endpoint, bind.All("crt", "default-crt"));
            ReadClients(endpoint, bind, null);
            foreach (var list in bind.All("crt-list"))
                ReadList(section, line, endpoint, bind, list);
            if (endpoint.Pairs.Count == 0 && bind.Find("crt-list") is null)
                facts.Note("CertificateNotConfigured", line.Setting, "The bind line says 'ssl' and names no certificate with 'crt'.");
        }
        else if (bind.Has("verify") || bind.Has("crt"))
        {
            facts.Note("TlsOff", line.Setting, "The bind line names certificates and does not say 'ssl': the port is without TLS.");
        }

        routes.Read(section, endpoint);
        facts.Endpoints.Add(endpoint);

        ConfigEndpoint Endpoint(string name, Directive place) => new(name, place.At(place.First), ServerProgram.HAProxy) { Port = where.Port, IsLocal = SettingReader.IsLocal(where.Address) };
    }

    private void ReadList(Directive section, Directive line, ConfigEndpoint whole, BindLine bind, ConfigSetting list)
    {
        if (settings.Open(list, certificates) is not { Setting.Path: { } path })
            return;
        foreach (var entry in parser.ReadList(path, list))
        {
            var words = entry.Arguments.ToList();
            var own = words is ["[", ..] && words.IndexOf("]") is > 0 and var end ? new BindLine(entry, words.Skip(1).Take(end - 1)) : null;
            if (own is null || !(own.Has("verify") || own.Has("ca-file")))
            {
                ReadPairs(whole, [entry.At(entry.Name)]);
                continue;
            }

            var names = words.Skip(words.IndexOf("]") + 1).ToList();
            var endpoint = new ConfigEndpoint(names.FirstOrDefault() ?? whole.Name, entry.At(entry.Name), ServerProgram.HAProxy) { Port = whole.Port, IsLocal = whole.IsLocal, IsTls = true };
            endpoint.HostNames.AddRange(names.Where(name => !name.StartsWith('!') && Names.HostName.IsWellFormed(name)).Select(entry.At));
            ReadPairs(endpoint, [entry.At(entry.Name)]);
            ReadClients(endpoint, own, bind);
            routes.Read(section, endpoint);
            facts.Endpoints.Add(endpoint);
        }
    }

    /// <summary>Certificate and key stand in one file, or the key beside it; a folder holds many such files.</summary>
    private void ReadPairs(ConfigEndpoint endpoint, IEnumerable<ConfigSetting> named)
    {
        foreach (var setting in named)
        {
            var found = settings.Open(setting, certificates);
            var files = found.Setting.Path is { } folder && Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is not (".key" or ".ocsp" or ".issuer" or ".sctl") && Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal).Take(1000).Select(file => facts.Open(setting with { Path = file, Value = file }))
                : [found];
            foreach (var file in files)
                endpoint.Pairs.Add(new KeyPair(file, file.Keys is not null ? file : KeyBeside(file)));
            foreach (var pair in endpoint.Pairs.Where(pair => pair.Key?.Keys is { Protections.Count: > 0 }))
                facts.Note("KeyEncrypted", setting, $"The key in '{pair.Key!.Label}' is encrypted: HAProxy asks for its passphrase at every start, and can not reload.");
        }
    }

    private Material? KeyBeside(Material certificate)
    {
        if (certificate.Setting.Path is not { } path || !certificate.IsKnown)
            return null;
        var key = new[] { path + ".key", Path.ChangeExtension(path, ".key") }.FirstOrDefault(File.Exists);
        if (key is null)
            facts.Note("CertificateNotConfigured", certificate.Setting, $"'{path}' holds no private key, and no '{Path.GetFileName(path)}.key' stands beside it.");
        return key is null ? null : facts.Open(certificate.Setting with { Path = key, Value = key });
    }

    private void ReadClients(ConfigEndpoint endpoint, BindLine bind, BindLine? outer)
    {
        ConfigSetting? Find(string name) => bind.Find(name) ?? outer?.Find(name);
        if (Find("verify") is { } verify)
        {
            settings.Expect(verify, "none", "optional", "required");
            endpoint.Verify = verify;
            endpoint.ClientCheck = verify.Value switch { "required" => ClientCheck.Required, "optional" => ClientCheck.Optional, _ => ClientCheck.None };
        }
        else if (options?.Arguments is { } words && words.ToList().IndexOf("verify") is >= 0 and var at && at + 1 < words.Count)
        {
            endpoint.Verify = options.At(words[at + 1]);
            endpoint.ClientCheck = words[at + 1] switch { "required" => ClientCheck.Required, "optional" => ClientCheck.Optional, _ => ClientCheck.None };
        }

        if (endpoint.ClientCheck != ClientCheck.None && Find("crt-ignore-err") is { Value: "all" } ignored)
        {
            endpoint.ClientCheck = ClientCheck.Unverified;
            endpoint.Verify = ignored;
        }

        foreach (var ca in new[] { Find("ca-file"), Find("ca-verify-file") }.OfType<ConfigSetting>())
        {
            if (ca.Value == "@system-ca")
            {
                endpoint.Cas.Add(Material.Unknown(ca));
                facts.Note("CaTrustsPublicWeb", ca, "'@system-ca' lets in clients of every CA of the public web.");
            }
            else
            {
                endpoint.Cas.Add(settings.Open(ca, cas));
            }
        }

        if (Find("crl-file") is { } crl)
            endpoint.Crls.Add(settings.Open(crl, cas));
        endpoint.CrlScope = RevocationScope.Chain;
        endpoint.Protocols = bind.All("ssl-min-ver", "force-tlsv10", "force-tlsv11", "force-sslv3", "ssl-max-ver", "no-tlsv13").FirstOrDefault() ?? (defaults?.Has("ssl-min-ver") == true || defaults?.Has("no-tlsv13") == true ? options!.Setting : null);
        endpoint.Versions = bind.Versions(settings, defaults);
    }
}

namespace MtlsTools.Configuration.Checking;

/// <summary>Apache httpd with mod_ssl: one endpoint for each virtual host. Settings of the main server count where a virtual host has none of its own.</summary>
internal sealed class ApacheReader
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "SSLCACertificateFile", "SSLCACertificatePath", "SSLCADNRequestFile", "SSLCADNRequestPath", "SSLCARevocationCheck", "SSLCARevocationFile", "SSLCARevocationPath", "SSLCertificateChainFile", "SSLCertificateFile", "SSLCertificateKeyFile", "SSLCipherSuite", "SSLClientHelloVars", "SSLCompression", "SSLCryptoDevice", "SSLEngine", "SSLFIPS", "SSLHonorCipherOrder", "SSLInsecureRenegotiation", "SSLOCSPDefaultResponder", "SSLOCSPEnable", "SSLOCSPNoverify", "SSLOCSPOverrideResponder", "SSLOCSPProxyURL", "SSLOCSPResponderCertificateFile", "SSLOCSPResponderTimeout", "SSLOCSPResponseMaxAge", "SSLOCSPResponseTimeSkew", "SSLOCSPUseRequestNonce", "SSLOpenSSLConfCmd", "SSLOptions", "SSLPassPhraseDialog", "SSLPolicy", "SSLProtocol", "SSLRandomSeed", "SSLRenegBufferSize", "SSLRequire", "SSLRequireSSL", "SSLSRPUnknownUserSeed", "SSLSRPVerifierFile", "SSLSessionCache", "SSLSessionCacheTimeout", "SSLSessionTicketKeyFile", "SSLSessionTickets", "SSLStaplingCache", "SSLStaplingErrorCacheTimeout", "SSLStaplingFakeTryLater", "SSLStaplingForceURL", "SSLStaplingResponderTimeout", "SSLStaplingResponseMaxAge", "SSLStaplingResponseTimeSkew", "SSLStaplingReturnResponderErrors", "SSLStaplingStandardCacheTimeout", "SSLStrictSNIVHostCheck", "SSLUseStapling", "SSLUserName", "SSLVHostSNIPolicy", "SSLVerifyClient", "SSLVerifyDepth",
    };

    private readonly ConfigFacts facts;
    private readonly SettingReader settings;
    private readonly Directive root;

    private ApacheReader(ConfigFacts facts, ConfigPaths paths, string path)
    {
        this.facts = facts;
        var parser = new ApacheParser(facts, paths, path);
        root = parser.Read();
        settings = new SettingReader(facts, paths, parser.Folder);
    }

    internal static void Read(ConfigFacts facts, ConfigPaths paths, string path) => new ApacheReader(facts, paths, path).Read();

    private void Read()
    {
        foreach (var directive in root.All().Where(one => one.Name.StartsWith("SSL", StringComparison.OrdinalIgnoreCase)))
        {
            if (!Known.Contains(directive.Name) && !directive.Name.StartsWith("SSLProxy", StringComparison.OrdinalIgnoreCase))
                facts.Note("DirectiveUnknown", directive.Setting, $"Apache has no directive '{directive.Name}'.");
        }

        var hosts = root.All().Where(one => one.IsBlock && one.Is("VirtualHost")).ToList();
        foreach (var host in hosts)
            ReadHost(host, SettingReader.Cut(host.First, null));
        if (hosts.Count == 0 && root.All().Any(one => one.Is("SSLEngine")))
            ReadHost(root, SettingReader.Cut(root.Own("Listen").LastOrDefault()?.First ?? "*", null));
    }

    private void ReadHost(Directive host, (string Address, int? Port) where)
    {
        var scope = new ApacheScope(host, root);
        var place = host.Line > 0 && host.IsBlock && host.Name.Length > 0 ? host.Setting : new ConfigSetting("", "", host.File, 1);
        var endpoint = new ConfigEndpoint(scope.Own("ServerName")?.First.Split(':')[0].Split("//")[^1] ?? where.Address, place, ServerProgram.Apache)
        {
            Port = where.Port,
            IsTls = scope.Find("SSLEngine")?.First.ToLowerInvariant() is "on" or "optional",
            IsLocal = SettingReader.IsLocal(where.Address),
        };
        if (endpoint.IsTls)
            ReadTls(scope, endpoint);
        else if (scope.Own("SSLVerifyClient") is { } unused && !unused.First.Equals("none", StringComparison.OrdinalIgnoreCase))
            facts.Note("TlsOff", unused.Setting, $"'{endpoint.Name}' asks for client certificates and has no 'SSLEngine on': it speaks plain HTTP.");
        ApacheRoutes.Read(facts, scope, endpoint);
        facts.Endpoints.Add(endpoint);
    }

    private void ReadTls(ApacheScope scope, ConfigEndpoint endpoint)
    {
        endpoint.HostNames.AddRange(scope.Servers("ServerName", "ServerAlias").Select(name => name with { Value = name.Value.Split("//")[^1].Split(':')[0] }).Where(name => Names.HostName.IsWellFormed(name.Value)));
        ReadPairs(scope, endpoint);
        endpoint.Cas.AddRange(scope.All("SSLCACertificateFile").Concat(scope.All("SSLCACertificatePath")).Select(Open));
        endpoint.Crls.AddRange(scope.All("SSLCARevocationFile").Concat(scope.All("SSLCARevocationPath")).Select(Open));
        var check = scope.Find("SSLCARevocationCheck");
        endpoint.CrlScope = check?.First.ToLowerInvariant() switch { "chain" => RevocationScope.Chain, "leaf" => RevocationScope.Leaf, _ => RevocationScope.None };
        if (endpoint.Crls.Count > 0 && endpoint.CrlScope == RevocationScope.None)
            facts.Note("CrlNotUsed", endpoint.Crls[0].Setting, $"'{endpoint.Name}' names revocation lists, and SSLCARevocationCheck is {(check is null ? "not set, which means none" : "none")}: nobody looks into them.");
        endpoint.AsksOcsp = scope.Find("SSLOCSPEnable")?.First.ToLowerInvariant() is "on" or "leaf";
        endpoint.Depth = scope.Find("SSLVerifyDepth")?.Setting;
        if (scope.Find("SSLProtocol") is { } protocols)
        {
            endpoint.Protocols = protocols.Setting;
            endpoint.Versions = Versions(protocols);
        }

        if (scope.Find("SSLVerifyClient") is { } verify)
        {
            settings.Expect(verify.Setting, "none", "optional", "require", "optional_no_ca");
            endpoint.Verify = verify.Setting;
            endpoint.ClientCheck = verify.First.ToLowerInvariant() switch { "require" => ClientCheck.Required, "optional" => ClientCheck.Optional, "optional_no_ca" => ClientCheck.Unverified, _ => ClientCheck.None };
        }

        foreach (var inner in scope.Inner("SSLVerifyClient").Where(one => !one.First.Equals("none", StringComparison.OrdinalIgnoreCase)))
            facts.Note("VerifyPerLocation", inner.Setting, $"<{inner.Parent!.Name} {inner.Parent.Text}> asks for the certificate after the handshake: under TLS 1.3 browsers, .NET, Java and Go can not answer that, and under TLS 1.2 it takes a renegotiation.");
        foreach (var inner in scope.Inner("SSLVerifyClient").Where(one => one.First.Equals("none", StringComparison.OrdinalIgnoreCase) && endpoint.ClientCheck == ClientCheck.Required))
            facts.Note("LocationUnchecked", inner.Setting, $"<{inner.Parent!.Name} {inner.Parent.Text}> says 'none' inside a host that requires certificates; the host's own setting still holds for every connection, so this line misleads.");
    }

    private void ReadPairs(ApacheScope scope, ConfigEndpoint endpoint)
    {
        var keys = scope.All("SSLCertificateKeyFile");
        foreach (var (certificate, i) in scope.All("SSLCertificateFile").Select((certificate, i) => (Open(certificate), i)))
        {
            // Without a key of its own, the key stands in the certificate's file.
            var key = i < keys.Count ? Open(keys[i]) : certificate;
            endpoint.Pairs.Add(new KeyPair(certificate, key));
            if (key.Keys is { Protections.Count: > 0 } && scope.Find("SSLPassPhraseDialog") is null)
                facts.Note("KeyEncrypted", key.Setting, $"The key '{key.Label}' is encrypted, and there is no SSLPassPhraseDialog: Apache asks for its passphrase at every start.");
        }

        if (endpoint.Pairs.Count == 0)
            facts.Note("CertificateNotConfigured", endpoint.Place, $"'{endpoint.Name}' has 'SSLEngine on' and no SSLCertificateFile.");
        else if (scope.Find("SSLCertificateChainFile") is { } chain)
            facts.Others.Add(Open(chain));
    }

    private Material Open(Directive directive) => settings.Open(directive.At(directive.First));

    /// <summary><c>all -SSLv3 +TLSv1.2</c>: words without a sign begin anew.</summary>
    private List<string> Versions(Directive protocols)
    {
        var enabled = new List<string>();
        foreach (var word in protocols.Arguments)
        {
            var name = word.TrimStart('+', '-');
            List<string> versions = name.Equals("all", StringComparison.OrdinalIgnoreCase) ? ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] : settings.ReadVersions(protocols.Setting, [name]);
            if (word.StartsWith('-'))
                enabled.RemoveAll(versions.Contains);
            else
                enabled = word.StartsWith('+') ? [.. enabled.Union(versions)] : protocols.Arguments[0] == word || name.Equals("all", StringComparison.OrdinalIgnoreCase) ? versions : [.. enabled.Union(versions)];
        }

        return enabled;
    }
}

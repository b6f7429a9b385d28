namespace MtlsTools.Configuration.Checking;

/// <summary>Manifests of Kubernetes: Secrets with certificates, what uses them, and the rules of a mesh.</summary>
internal sealed class KubernetesReader
{
    private const string Annotation = "nginx.ingress.kubernetes.io/";

    private readonly ConfigFacts facts;
    private readonly string file;
    private readonly KubernetesSecrets secrets;
    private readonly KubernetesMesh mesh;

    private KubernetesReader(ConfigFacts facts, string file)
    {
        this.facts = facts;
        this.file = file;
        secrets = new KubernetesSecrets(facts, file);
        mesh = new KubernetesMesh(facts, file);
    }

    internal static void Read(ConfigFacts facts, ConfigPaths paths, string path)
    {
        var reader = new KubernetesReader(facts, path);
        new ConfigText(facts) { RefusesMark = false }.Read(path, null, text =>
        {
            var documents = YamlReader.Read(text, (line, fault) => facts.Note("SyntaxBroken", path, line, fault));
            var all = documents.SelectMany(one => one.TextAt("kind") is { } kind && kind.EndsWith("List", StringComparison.Ordinal) ? one.ListAt("items") : [one]).ToList();
            foreach (var secret in all.Where(one => one.TextAt("kind") == "Secret"))
                reader.secrets.Add(secret);
            foreach (var one in all)
                reader.Read(one);
            reader.secrets.AddUnused();
        });
    }

    private void Read(YamlNode node)
    {
        var isIstio = node.TextAt("apiVersion")?.Contains("istio.io", StringComparison.Ordinal) == true;
        switch (node.TextAt("kind"))
        {
            case "Ingress":
                ReadIngress(node);
                break;
            case "Gateway" when isIstio:
                ReadIstioGateway(node);
                break;
            case "Gateway":
                ReadGateway(node);
                break;
            default:
                mesh.Read(node);
                break;
        }
    }

    private static string Name(YamlNode node) => node.TextAt("metadata", "name") ?? "?";

    private void ReadIngress(YamlNode ingress)
    {
        var annotations = ingress.At("metadata", "annotations");
        ConfigSetting? Find(string name) => annotations?[Annotation + name] is { Text.Length: > 0 } value ? value.Setting(Annotation + name, file) : null;
        var space = ingress.TextAt("metadata", "namespace");
        var (ca, verify) = (Find("auth-tls-secret"), Find("auth-tls-verify-client"));
        foreach (var tls in ingress.ListAt("spec", "tls"))
        {
            var hosts = tls.ListAt("hosts").Select(host => host.Setting("host", file)).ToList();
            var endpoint = new ConfigEndpoint(hosts.FirstOrDefault()?.Value ?? Name(ingress), tls.Setting("tls", file, Name(ingress)), ServerProgram.IngressNginx) { Port = 443, IsTls = true };
            endpoint.HostNames.AddRange(hosts.Where(host => Names.HostName.IsWellFormed(host.Value)));
            if (tls["secretName"] is { Text.Length: > 0 } secret && secrets.Pair(secret.Setting("secretName", file), space) is { } pair)
                endpoint.Pairs.Add(pair);
            ReadClients(endpoint, ca, verify, space);
            endpoint.Depth = Find("auth-tls-verify-depth");
            facts.Endpoints.Add(endpoint);
        }

        if (ingress.ListAt("spec", "tls").Count == 0 && (ca ?? verify) is { } unused)
            facts.Note("TlsOff", unused, $"The Ingress '{Name(ingress)}' asks for client certificates and has no 'tls': the annotation does nothing.");
        if (Find("ssl-redirect") is { Value: "false" } redirect && ca is not null)
            facts.Note("PlainBesideMtls", redirect, $"The Ingress '{Name(ingress)}' asks for client certificates on port 443 and serves the same on port 80 to everybody: ssl-redirect is false.");
    }

    private void ReadClients(ConfigEndpoint endpoint, ConfigSetting? ca, ConfigSetting? verify, string? space)
    {
        endpoint.CrlScope = RevocationScope.Chain;
        if (verify is not null && verify.Value is not ("on" or "off" or "optional" or "optional_no_ca"))
            facts.Note("ValueUnknown", verify, $"'{verify.Value}' is no value of auth-tls-verify-client; it takes on, off, optional, optional_no_ca.");
        endpoint.Verify = verify ?? ca;
        endpoint.ClientCheck = verify?.Value switch
        {
            "off" => ClientCheck.None,
            "optional" => ClientCheck.Optional,
            "optional_no_ca" => ClientCheck.Unverified,
            _ => endpoint.Verify is null ? ClientCheck.None : ClientCheck.Required,
        };
        if (ca is not null)
            secrets.AddCas(endpoint, ca, space);
    }

    /// <summary>The Gateway API.</summary>
    private void ReadGateway(YamlNode gateway)
    {
        var space = gateway.TextAt("metadata", "namespace");
        foreach (var listener in gateway.ListAt("spec", "listeners"))
        {
            var isTls = listener.TextAt("protocol") is "HTTPS" or "TLS" && listener.TextAt("tls", "mode") != "Passthrough";
            if (!isTls && listener.TextAt("protocol") != "HTTP")
                continue;
            var endpoint = new ConfigEndpoint(listener.TextAt("hostname") ?? listener.TextAt("name") ?? Name(gateway), listener.Setting("listener", file, listener.TextAt("name") ?? ""), ServerProgram.Envoy)
            {
                Port = int.TryParse(listener.TextAt("port"), out var port) ? port : null,
                IsTls = isTls,
                CrlScope = RevocationScope.Chain,
            };
            if (listener["hostname"] is { Text: { } host } && Names.HostName.IsWellFormed(host))
                endpoint.HostNames.Add(listener["hostname"]!.Setting("hostname", file));
            foreach (var reference in listener.ListAt("tls", "certificateRefs"))
            {
                if (reference["name"] is { } name && secrets.Pair(name.Setting("certificateRefs", file), reference.TextAt("namespace") ?? space) is { } pair)
                    endpoint.Pairs.Add(pair);
            }

            var validation = listener.At("tls", "frontendValidation") ?? gateway.At("spec", "tls", "frontend", "default", "validation");
            if (isTls && validation is not null)
            {
                endpoint.Verify = validation.Setting("frontendValidation", file, validation.TextAt("mode") ?? "AllowValidOnly");
                endpoint.ClientCheck = endpoint.Verify.Value == "AllowInsecureFallback" ? ClientCheck.Unverified : ClientCheck.Required;
                foreach (var reference in validation.ListAt("caCertificateRefs"))
                    endpoint.Cas.Add(Material.Unknown(reference.Setting("caCertificateRefs", file, reference.TextAt("name") ?? "")));
            }

            facts.Endpoints.Add(endpoint);
        }
    }

    private void ReadIstioGateway(YamlNode gateway)
    {
        var space = gateway.TextAt("metadata", "namespace");
        foreach (var server in gateway.ListAt("spec", "servers"))
        {
            var mode = server.At("tls", "mode");
            var isTls = mode?.Text is "SIMPLE" or "MUTUAL" or "OPTIONAL_MUTUAL" or "ISTIO_MUTUAL";
            if (mode is { Text: not null } && !isTls && mode.Text is not ("PASSTHROUGH" or "AUTO_PASSTHROUGH"))
                facts.Note("ValueUnknown", mode.Setting("mode", file), $"'{mode.Text}' is no mode of a Gateway's tls; it takes SIMPLE, MUTUAL, OPTIONAL_MUTUAL, ISTIO_MUTUAL and PASSTHROUGH.");
            if (mode?.Text is "PASSTHROUGH" or "AUTO_PASSTHROUGH" || server.TextAt("tls", "httpsRedirect") == "true")
                continue;
            var hosts = server.ListAt("hosts").Select(host => host.Setting("hosts", file, host.Text?.Split('/')[^1])).ToList();
            var endpoint = new ConfigEndpoint(hosts.FirstOrDefault()?.Value ?? Name(gateway), (mode ?? server).Setting("mode", file), ServerProgram.Envoy)
            {
                Port = int.TryParse(server.TextAt("port", "number"), out var port) ? port : null,
                IsTls = isTls,
                CrlScope = RevocationScope.Chain,
                ClientCheck = mode?.Text switch { "MUTUAL" or "ISTIO_MUTUAL" => ClientCheck.Required, "OPTIONAL_MUTUAL" => ClientCheck.Optional, _ => ClientCheck.None },
                Verify = mode?.Setting("mode", file),
            };
            endpoint.HostNames.AddRange(hosts.Where(host => isTls && Names.HostName.IsWellFormed(host.Value)));
            if (server.At("tls", "credentialName") is { Text.Length: > 0 } credential)
            {
                if (secrets.Pair(credential.Setting("credentialName", file), space) is { } pair)
                    endpoint.Pairs.Add(pair);
                if (endpoint.ClientCheck != ClientCheck.None)
                    secrets.AddCas(endpoint, credential.Setting("credentialName", file), space);
            }

            facts.Endpoints.Add(endpoint);
        }
    }
}

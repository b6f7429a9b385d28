namespace MtlsTools.Configuration.Checking;

/// <summary>The Secrets of a manifest: certificates, keys, CAs and revocation lists.</summary>
internal sealed class KubernetesSecrets(ConfigFacts facts, string file)
{
    private readonly Dictionary<string, Dictionary<string, Material>> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    internal void Add(YamlNode secret)
    {
        var parts = new Dictionary<string, Material>(StringComparer.Ordinal);
        foreach (var (key, value) in secret["data"]?.Entries ?? [])
        {
            var setting = new ConfigSetting(key, $"{secret.TextAt("metadata", "name")}/{key}", file, value.Line);
            var encoded = value.Text ?? "";
            var content = new byte[encoded.Length];
            if (!IsOurs(key))
                continue;
            if (Convert.TryFromBase64String(encoded, content, out var length) && length > 0)
                parts[key] = Material.Inline(setting, content.AsMemory(0, length));
            else
                facts.Note("FileDamaged", setting, $"'{key}' of the Secret is no base64 text.");
        }

        foreach (var (key, value) in secret["stringData"]?.Entries ?? [])
        {
            if (IsOurs(key))
                parts[key] = Material.Inline(new ConfigSetting(key, $"{secret.TextAt("metadata", "name")}/{key}", file, value.Line), System.Text.Encoding.UTF8.GetBytes(value.Text ?? ""));
        }

        if (secret.TextAt("type") == "kubernetes.io/tls" && !(parts.ContainsKey("tls.crt") && parts.ContainsKey("tls.key")))
            facts.Note("CertificateNotConfigured", secret.Setting("Secret", file, secret.TextAt("metadata", "name")), "A Secret of the type kubernetes.io/tls has both tls.crt and tls.key; Kubernetes refuses this one.");
        known[Key(secret.TextAt("metadata", "name") ?? "", secret.TextAt("metadata", "namespace"))] = parts;
    }

    /// <summary>Certificate and key of a Secret, or null when the manifest does not have it: it may be in the cluster.</summary>
    internal KeyPair? Pair(ConfigSetting name, string? space)
    {
        if (Find(name.Value, space) is not { } parts || !parts.TryGetValue("tls.crt", out var certificate))
            return null;
        return new KeyPair(certificate, parts.GetValueOrDefault("tls.key"));
    }

    /// <summary>The CAs that a name refers to: <c>namespace/name</c> for ingress-nginx, <c>name</c> or <c>name-cacert</c> for Istio.</summary>
    internal void AddCas(ConfigEndpoint endpoint, ConfigSetting name, string? space)
    {
        var parts = Find(name.Value + "-cacert", space) ?? Find(name.Value, space);
        if (parts is null)
        {
            endpoint.Cas.Add(Material.Unknown(name));
            return;
        }

        if ((parts.GetValueOrDefault("ca.crt") ?? parts.GetValueOrDefault("cacert")) is { } ca)
            endpoint.Cas.Add(ca);
        if ((parts.GetValueOrDefault("ca.crl") ?? parts.GetValueOrDefault("crl")) is { } crl)
            endpoint.Crls.Add(crl);
    }

    /// <summary>Secrets that nothing in the manifest refers to are judged all the same.</summary>
    internal void AddUnused()
    {
        foreach (var (key, parts) in known.Where(one => !used.Contains(one.Key)))
        {
            if (parts.TryGetValue("tls.crt", out var certificate))
                facts.OtherPairs.Add(new KeyPair(certificate, parts.GetValueOrDefault("tls.key")));
            facts.Others.AddRange(parts.Where(part => part.Key is not ("tls.crt" or "tls.key")).Select(part => part.Value));
        }
    }

    private static bool IsOurs(string key) => key is "tls.crt" or "tls.key" or "ca.crt" or "ca.crl" or "cacert" or "crl" or "cert" or "key";

    private static string Key(string name, string? space) => name.Contains('/') ? name : $"{space ?? "default"}/{name}";

    private Dictionary<string, Material>? Find(string name, string? space)
    {
        var key = Key(name, space);
        if (!known.TryGetValue(key, out var parts))
            return null;
        used.Add(key);
        return parts;
    }
}

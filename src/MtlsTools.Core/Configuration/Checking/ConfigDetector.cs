using MtlsTools.Encoding;

namespace MtlsTools.Configuration.Checking;

/// <summary>Tells what a configuration is by its name, and else by its content.</summary>
internal static class ConfigDetector
{
    private const int Sample = 64 * 1024;

    /// <summary>What the words of a file speak for; the first that is found counts.</summary>
    private static readonly (ConfigFormat Format, string[] Words)[] Signs =
    [
        (ConfigFormat.Apache, ["<virtualhost", "sslengine", "sslcertificatefile", "<ifmodule"]),
        (ConfigFormat.Nginx, ["ssl_certificate ", "ssl_certificate_key", "ssl_client_certificate", "server_name ", "proxy_pass "]),
        (ConfigFormat.HAProxy, ["\nfrontend ", "\nlisten ", "\nbackend ", "\ndefaults", "ssl-default-bind"]),
        (ConfigFormat.Kubernetes, ["apiversion:"]),
        (ConfigFormat.Compose, ["\nservices:"]),
        (ConfigFormat.PostgreSql, ["\nssl_cert_file", "\nssl_key_file", "\nhostssl", "\nlisten_addresses", "\nhost "]),
        (ConfigFormat.Mosquitto, ["\nlistener ", "\nrequire_certificate", "\ncafile", "\ncertfile", "\nallow_anonymous"]),
        (ConfigFormat.Caddy, ["client_auth", "reverse_proxy", "file_server", "\n\trespond", "\n\ttls ", "auto_https"]),
        (ConfigFormat.Nginx, ["listen "]),
    ];

    /// <exception cref="InputException">The file can not be read, or is nothing that is known.</exception>
    internal static ConfigFormat Detect(string path)
    {
        var content = InputFile.Read(path);
        var named = ByName(path);
        var text = "\n" + System.Text.Encoding.UTF8.GetString(content.AsSpan(0, Math.Min(Sample, content.Length))).Replace("\0", "", StringComparison.Ordinal).ToLowerInvariant();

        // YAML is told by its content: both kinds have the same ending.
        if (named is not (ConfigFormat.Auto or ConfigFormat.Kubernetes))
            return named;
        var signs = named == ConfigFormat.Kubernetes ? Signs.Where(sign => sign.Format is ConfigFormat.Kubernetes or ConfigFormat.Compose) : Signs;
        foreach (var (format, words) in signs)
        {
            if (Array.Exists(words, word => text.Contains(word, StringComparison.Ordinal)))
                return format;
        }

        throw new InputException(ErrorCode.ContentNotRecognized, $"'{path}' is no configuration that is known by its name or its content. Say what it is with -Format.", path);
    }

    /// <summary>What a name alone says; Auto when it says nothing.</summary>
    internal static ConfigFormat ByName(string path)
    {
        var name = Path.GetFileName(path).ToLowerInvariant();
        return name switch
        {
            "caddyfile" => ConfigFormat.Caddy,
            "nginx.conf" => ConfigFormat.Nginx,
            "httpd.conf" or "apache2.conf" or "httpd-ssl.conf" => ConfigFormat.Apache,
            "mosquitto.conf" => ConfigFormat.Mosquitto,
            "postgresql.conf" or "pg_hba.conf" or "postgresql.auto.conf" => ConfigFormat.PostgreSql,
            "compose.yml" or "compose.yaml" or "docker-compose.yml" or "docker-compose.yaml" => ConfigFormat.Compose,
            _ when name.StartsWith("haproxy", StringComparison.Ordinal) && name.EndsWith(".cfg", StringComparison.Ordinal) => ConfigFormat.HAProxy,
            _ when name.EndsWith(".caddyfile", StringComparison.Ordinal) => ConfigFormat.Caddy,
            _ when name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal) => ConfigFormat.Kubernetes,
            _ => ConfigFormat.Auto,
        };
    }
}

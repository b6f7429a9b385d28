namespace MtlsTools.Configuration.Checking;

/// <summary>The parameters of a bind line, or of a line of a crt-list.</summary>
internal sealed class BindLine
{
    private static readonly HashSet<string> Flags = new(StringComparer.Ordinal)
    {
        "accept-proxy", "allow-0rtt", "defer-accept", "force-sslv3", "force-tlsv10", "force-tlsv11", "force-tlsv12", "force-tlsv13", "generate-certificates", "no-alpn", "no-ca-names", "no-renegotiate", "no-sslv3", "no-strict-sni", "no-tls-tickets", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13", "prefer-client-ciphers", "quic-force-retry", "renegotiate", "ssl", "strict-sni", "tfo", "tls-tickets", "transparent", "v4v6", "v6only",
    };

    private static readonly HashSet<string> Valued = new(StringComparer.Ordinal)
    {
        "accept-netscaler-cip", "alpn", "backlog", "ca-file", "ca-ignore-err", "ca-sign-file", "ca-sign-pass", "ca-verify-file", "cc", "ciphers", "ciphersuites", "client-sigalgs", "crl-file", "crt", "crt-ignore-err", "crt-list", "curves", "default-crt", "ecdhe", "ech", "expose-fd", "gid", "group", "guid-prefix", "id", "idle-ping", "interface", "ktls", "label", "level", "maxconn", "mode", "mss", "name", "namespace", "nbconn", "nice", "npn", "ocsp-update", "process", "proto", "quic-cc-algo", "quic-socket", "severity-output", "shards", "sigalgs", "ssl-max-ver", "ssl-min-ver", "tcp-md5sig", "tcp-ss", "tcp-ut", "thread", "tls-ticket-keys", "uid", "user", "verify",
    };

    private readonly List<ConfigSetting> values = [];

    internal BindLine(Directive line, IEnumerable<string> words)
    {
        string? name = null;
        foreach (var word in words)
        {
            if (name is not null)
            {
                values.Add(new ConfigSetting(name, word, line.File, line.Line));
                name = null;
            }
            else if (Valued.Contains(word))
                name = word;
            else if (Flags.Contains(word))
                values.Add(new ConfigSetting(word, "", line.File, line.Line));
            else
                (Unknown ??= []).Add(word);
        }

        WithoutValue = name;
    }

    internal List<string>? Unknown { get; private set; }

    /// <summary>The last word, when it lacks its value.</summary>
    internal string? WithoutValue { get; }

    internal bool Has(string name) => values.Exists(one => one.Name == name);

    internal ConfigSetting? Find(string name) => values.FindLast(one => one.Name == name);

    internal IEnumerable<ConfigSetting> All(params string[] names) => values.Where(one => names.Contains(one.Name));

    /// <summary>The versions that are left on, given those that are on by default.</summary>
    internal List<string> Versions(SettingReader settings, BindLine? defaults)
    {
        var minimum = Find("ssl-min-ver") ?? defaults?.Find("ssl-min-ver");
        var maximum = Find("ssl-max-ver") ?? defaults?.Find("ssl-max-ver");
        var all = All("force-sslv3", "force-tlsv10", "force-tlsv11", "force-tlsv12", "force-tlsv13").LastOrDefault() is { } forced
            ? [Name(forced.Name)]
            : settings.VersionsBetween(minimum, maximum, "TLSv1.2");
        foreach (var off in values.Concat(defaults?.values ?? []).Where(one => one.Name.StartsWith("no-ssl", StringComparison.Ordinal) || one.Name.StartsWith("no-tlsv", StringComparison.Ordinal)))
            all.Remove(Name(off.Name));
        return all;
    }

    private static string Name(string option) => option[(option.IndexOf('-', StringComparison.Ordinal) + 1)..] switch { "sslv3" => "SSLv3", "tlsv10" => "TLSv1", "tlsv11" => "TLSv1.1", "tlsv12" => "TLSv1.2", _ => "TLSv1.3" };
}

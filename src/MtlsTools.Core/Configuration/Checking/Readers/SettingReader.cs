namespace MtlsTools.Configuration.Checking;

/// <summary>Turns the values of settings into files and endpoints' facts: what all readers have in common.</summary>
internal sealed class SettingReader(ConfigFacts facts, ConfigPaths paths, string folder)
{
    private static readonly string[] Versions = ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

    /// <summary>Reads the file that a setting names. What can not be followed is told and left open.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="folder">Where relative paths begin; null is where the configuration's do.</param>
    internal Material Open(ConfigSetting setting, string? folder = null)
    {
        if (setting.Value.Contains('$') || setting.Value.Contains("{env.", StringComparison.Ordinal) || setting.Value.Contains("%{", StringComparison.Ordinal))
        {
            facts.Note("PathNotFollowed", setting, $"'{setting.Value}' has a variable in it, so the file was not looked at.");
            return Material.Unknown(setting);
        }

        if (paths.Find(setting.Value, folder ?? SettingFolder) is { } path)
            return facts.Open(setting with { Path = path });
        return paths.WhyMissing(setting.Value) is { } reason ? Material.Missing(setting, reason) : Material.Unknown(setting);
    }

    internal string SettingFolder => folder;

    internal void Expect(ConfigSetting setting, params string[] values)
    {
        if (!values.Contains(setting.Value, StringComparer.OrdinalIgnoreCase) && !setting.Value.Contains('$'))
            facts.Note("ValueUnknown", setting, $"'{setting.Value}' is no value of {setting.Name}; it takes {string.Join(", ", values)}.");
    }

    /// <summary>The known versions among the words of a setting; the others are told.</summary>
    internal List<string> ReadVersions(ConfigSetting setting, IEnumerable<string> words)
    {
        var found = new List<string>();
        foreach (var word in words.Where(word => !word.Contains('$')))
        {
            if (Array.Find(Versions, version => version.Equals(word, StringComparison.OrdinalIgnoreCase) || (word.Equals("TLSv1.0", StringComparison.OrdinalIgnoreCase) && version == "TLSv1")) is { } known)
                found.Add(known);
            else
                facts.Note("ValueUnknown", setting, $"'{word}' is no TLS version that {setting.Name} takes.");
        }

        return found;
    }

    /// <summary>All versions from one to another.</summary>
    internal List<string> VersionsBetween(ConfigSetting? minimum, ConfigSetting? maximum, string defaultMinimum)
    {
        var from = minimum is null ? defaultMinimum : ReadVersions(minimum, [minimum.Value]).FirstOrDefault() ?? defaultMinimum;
        var to = maximum is null ? "TLSv1.3" : ReadVersions(maximum, [maximum.Value]).FirstOrDefault() ?? "TLSv1.3";
        return Versions[Array.IndexOf(Versions, from)..].Take(Math.Max(0, Array.IndexOf(Versions, to) - Array.IndexOf(Versions, from) + 1)).ToList();
    }

    /// <summary>Whether an address is this machine's own, so that nobody else comes in.</summary>
    internal static bool IsLocal(string address) => address.Trim('[', ']') is "localhost" or "::1" or "@" || address.StartsWith("127.", StringComparison.Ordinal) || address.StartsWith("unix", StringComparison.Ordinal) || address.StartsWith('/');

    /// <summary>Cuts <c>address:port</c>, with or without brackets, where either may be missing.</summary>
    internal static (string Address, int? Port) Cut(string text, int? defaultPort)
    {
        if (text.StartsWith("unix", StringComparison.Ordinal) || text.StartsWith('/'))
            return (text, null);
        if (int.TryParse(text, out var alone))
            return ("*", alone);
        var colon = text.LastIndexOf(':');
        var isPort = colon >= 0 && !text.EndsWith(']') && (text.StartsWith('[') || text.IndexOf(':', StringComparison.Ordinal) == colon);
        if (!isPort)
            return (text, defaultPort);
        var address = text[..colon];
        return (address.Length == 0 ? "*" : address, int.TryParse(text[(colon + 1)..], out var port) ? port : null);
    }

    /// <summary>What a URL or address means, in one form: two ways to write one backend are one.</summary>
    internal static string BackendOf(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var rest = url[start..];
        if (rest.StartsWith("unix:", StringComparison.Ordinal) || rest.StartsWith('/'))
            return rest;
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        var host = (end < 0 ? rest : rest[..end]).ToLowerInvariant();
        return host.Replace("localhost", "127.0.0.1", StringComparison.Ordinal) + (host.Contains(':') || start == 0 ? "" : url.StartsWith("https", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80");
    }
}

using System.Text.RegularExpressions;
using MtlsTools.Configuration.Checking;

namespace MtlsTools.Inventory;

/// <summary>Which files the configurations of servers name, and in which lines.</summary>
internal sealed partial class ConfigurationUses
{
    private const long LargestConfiguration = 1024 * 1024;
    private static readonly string[] Endings = [".conf", ".cfg", ".vhost", ".caddyfile"];
    private static readonly string[] Folders = ["sites-enabled", "sites-available"];

    private readonly Dictionary<string, SortedSet<string>> lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> clients = new(StringComparer.Ordinal);

    /// <summary>The files that are named, by the names they have there.</summary>
    internal IEnumerable<string> Files => named.Values.Order(StringComparer.Ordinal);

    /// <summary>The lines that name a file.</summary>
    internal IReadOnlyCollection<string> Of(string path) => lines.TryGetValue(Canonical(path), out var found) ? found : [];

    /// <summary>The key that a configuration names along with a certificate, or null.</summary>
    internal string? KeyOf(string path) => keys.GetValueOrDefault(Canonical(path));

    /// <summary>Whether a program presents it as a client.</summary>
    internal bool IsClient(string path) => clients.Contains(Canonical(path));

    /// <summary>Reads a file if it may be a configuration; what is none, or is broken, is for Test-MtlsConfig to tell.</summary>
    internal void Read(string path)
    {
        if (!MayBeConfiguration(path))
            return;
        try
        {
            if (new FileInfo(path).Length > LargestConfiguration)
                return;
            var format = ConfigDetector.Detect(path);
            if (format == ConfigFormat.Kubernetes)
                return; // Its certificates stand in it, and are items themselves.
            var facts = new ConfigFacts(DateTimeOffset.UnixEpoch);
            ConfigExaminer.Readers[format](facts, ConfigPaths.Of(root: null), path);
            foreach (var setting in facts.Materials.Select(material => material.Setting))
                Add(setting.Path, setting.File, setting.Line);
            foreach (var pair in facts.Pairs)
            {
                if (pair is { Certificate.Setting.Path: { } certificate, Key.Setting.Path: { } key } && certificate != key)
                    keys.TryAdd(Canonical(certificate), key);
            }

            foreach (var file in facts.Files.Distinct())
                ReadClients(file);
        }
        catch (MtlsException)
        {
            // Not a configuration after all.
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // The walk tells what can not be read.
        }
    }

    private static bool MayBeConfiguration(string path) =>
        ConfigDetector.ByName(path) is not ConfigFormat.Auto
        || Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
        || Folders.Contains(Path.GetFileName(Path.GetDirectoryName(path)));

    /// <summary>Where a proxy is itself a client: the readers look at what servers present.</summary>
    private void ReadClients(string file)
    {
        var line = 0;
        foreach (var text in File.ReadLines(file))
        {
            line++;
            if (text.Length > 4096 || ClientDirective().Match(text) is not { Success: true } match)
                continue;
            var path = Path.GetFullPath(match.Groups["path"].Value.Trim('"', '\''), Path.GetDirectoryName(file)!);
            Add(path, file, line);
            clients.Add(Canonical(path));
        }
    }

    private void Add(string? path, string file, int line)
    {
        if (path is null || !File.Exists(path))
            return;
        var canonical = Canonical(path);
        named.TryAdd(canonical, path);
        if (!lines.TryGetValue(canonical, out var places))
            lines[canonical] = places = new SortedSet<string>(StringComparer.Ordinal);
        places.Add($"{file}:{line}");
    }

    /// <summary>A link and what it leads to are one file.</summary>
    private static string Canonical(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    [GeneratedRegex("""^\s*(?:(?:proxy|grpc|uwsgi)_ssl_certificate\s+(?<path>[^;\s$]+)\s*;|SSLProxyMachineCertificateFile\s+(?<path>\S+))""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex ClientDirective();
}

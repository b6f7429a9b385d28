namespace MtlsTools.Configuration.Checking;

/// <summary>Docker Compose: finds the configurations that services mount, and reads each with the paths of its container.</summary>
internal sealed class ComposeReader
{
    private static readonly (string Image, ConfigFormat Format, string Folder)[] Images =
    [
        ("nginx", ConfigFormat.Nginx, "/etc/nginx"),
        ("httpd", ConfigFormat.Apache, "/usr/local/apache2"),
        ("haproxy", ConfigFormat.HAProxy, "/usr/local/etc/haproxy"),
        ("caddy", ConfigFormat.Caddy, "/etc/caddy"),
        ("eclipse-mosquitto", ConfigFormat.Mosquitto, "/mosquitto/config"),
        ("postgres", ConfigFormat.PostgreSql, "/var/lib/postgresql/data"),
    ];

    private readonly ConfigFacts facts;
    private readonly string file;
    private readonly string folder;

    private ComposeReader(ConfigFacts facts, string file)
    {
        this.facts = facts;
        this.file = file;
        folder = Path.GetDirectoryName(file)!;
    }

    internal static void Read(ConfigFacts facts, ConfigPaths paths, string path)
    {
        var reader = new ComposeReader(facts, path);
        new ConfigText(facts) { RefusesMark = false }.Read(path, null, text =>
        {
            foreach (var document in YamlReader.Read(text, (line, fault) => facts.Note("SyntaxBroken", path, line, fault)))
                reader.Read(document);
        });
    }

    private void Read(YamlNode document)
    {
        foreach (var (name, service) in document["services"]?.Entries ?? [])
        {
            var mounts = service.ListAt("volumes").Select(Mount).Concat(Named(document, service, "configs", "/")).Concat(Named(document, service, "secrets", "/run/secrets/")).OfType<(string Inside, string? Outside, YamlNode Node)>().ToList();
            foreach (var (_, outside, node) in mounts.Where(mount => mount.Outside is { } there && !File.Exists(there) && !Directory.Exists(there)))
                facts.Note("FileMissing", node.Setting("volume", file), $"'{outside}' does not exist: Docker makes an empty folder in its place.");
            var image = service.TextAt("image");
            var known = Array.Find(Images, one => image is not null && (image == one.Image || image.StartsWith(one.Image + ":", StringComparison.Ordinal) || image.StartsWith("library/" + one.Image, StringComparison.Ordinal) || image.Contains("/" + one.Image + ":", StringComparison.Ordinal)));
            var hasOwnFiles = service["build"] is not null || known.Image is null || image!.Contains('/');
            foreach (var (inside, outside) in Configurations(known.Format, [.. mounts.Select(mount => (mount.Inside, mount.Outside))]))
                ReadOne(name, inside, outside, new ConfigPaths.Container(name, [.. mounts.Select(mount => (mount.Inside, mount.Outside))], hasOwnFiles), known.Format);
        }
    }

    private void ReadOne(string service, string inside, string outside, ConfigPaths.Container container, ConfigFormat expected)
    {
        var format = ConfigDetector.ByName(inside) is var named && named is not (ConfigFormat.Auto or ConfigFormat.Compose or ConfigFormat.Kubernetes) ? named : expected;
        if (ConfigExaminer.Readers.GetValueOrDefault(format) is not { } read)
            return;
        var start = facts.Endpoints.Count;
        var own = Array.Find(Images, one => one.Format == format).Folder;
        read(facts, ConfigPaths.Of(container with { Folder = format is ConfigFormat.Nginx or ConfigFormat.Apache ? own : inside[..Math.Max(1, inside.LastIndexOf('/'))] }), outside);
        foreach (var endpoint in facts.Endpoints.Skip(start))
            endpoint.Name = $"{service}: {endpoint.Name}";
    }

    /// <summary>The configurations among the mounts: the main file when it is mounted, and otherwise the parts that the image's own main file includes.</summary>
    private static IEnumerable<(string Inside, string Outside)> Configurations(ConfigFormat format, List<(string Inside, string? Outside)> mounts)
    {
        var files = mounts.Where(mount => mount.Outside is not null).SelectMany(mount => Files(mount.Inside, mount.Outside!)).ToList();
        string[] mains = ["/etc/nginx/nginx.conf", "/usr/local/apache2/conf/httpd.conf"];
        if (files.Find(one => mains.Contains(one.Inside)) is { Outside: not null } main)
            return [main];
        return files.Where(one => format switch
        {
            ConfigFormat.Nginx => one.Inside.StartsWith("/etc/nginx/", StringComparison.Ordinal) && Path.GetExtension(one.Inside) is ".conf" or ".template",
            ConfigFormat.Apache => one.Inside.StartsWith("/usr/local/apache2/", StringComparison.Ordinal) && one.Inside.EndsWith(".conf", StringComparison.Ordinal),
            ConfigFormat.PostgreSql => Path.GetFileName(one.Inside) == "postgresql.conf" || (Path.GetFileName(one.Inside) == "pg_hba.conf" && !files.Exists(other => Path.GetFileName(other.Inside) == "postgresql.conf")),
            ConfigFormat.Auto => ConfigDetector.ByName(one.Inside) is not (ConfigFormat.Auto or ConfigFormat.Compose or ConfigFormat.Kubernetes),
            _ => ConfigDetector.ByName(one.Inside) == format,
        });
    }

    private static IEnumerable<(string Inside, string Outside)> Files(string inside, string outside) => !Directory.Exists(outside)
        ? File.Exists(outside) ? [(inside, outside)] : []
        : Directory.EnumerateFiles(outside).Order(StringComparer.Ordinal).Take(200).Select(file => ($"{inside.TrimEnd('/')}/{Path.GetFileName(file)}", file));

    /// <summary><c>outside:inside:ro</c>, or its long form. Named volumes hold what nobody knows here.</summary>
    private (string Inside, string? Outside, YamlNode Node)? Mount(YamlNode volume)
    {
        var (outside, inside) = (volume.TextAt("source"), volume.TextAt("target"));
        var isBind = volume.TextAt("type") == "bind";
        if (volume.Text is { } text)
        {
            // A drive of Windows has a colon too, and so has a variable's default.
            var at = text.IndexOf(':', text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) is > 0 and var close ? close : text is [_, ':', '\\' or '/', ..] ? 2 : 0);
            if (at < 0)
                return (text, null, volume);
            (outside, inside) = (text[..at], text[(at + 1)..].Split(':')[0]);
        }

        if (outside is null || inside is null)
            return inside is null ? null : (inside, null, volume);
        outside = Fill(outside);
        isBind |= outside.StartsWith('.') || outside.StartsWith('/') || outside.StartsWith('~') || outside.Contains('/') || outside is [_, ':', ..];
        if (outside.Contains('$'))
            facts.Note("PathNotFollowed", volume.Setting("volume", file, outside), $"'{outside}' has a variable in it, so what is mounted was not looked at.");
        return (inside.TrimEnd('/'), isBind && !outside.Contains('$') && !outside.StartsWith('~') && !outside.Contains('\0') ? Path.GetFullPath(Path.Combine(folder, outside)) : null, volume);
    }

    /// <summary>A variable is taken for its default.</summary>
    private static string Fill(string text)
    {
        for (var start = text.IndexOf("${", StringComparison.Ordinal); start >= 0; start = text.IndexOf("${", start + 1, StringComparison.Ordinal))
        {
            var end = text.IndexOf('}', start);
            var mark = end < 0 ? -1 : text.IndexOf('-', start, end - start);
            if (mark > 0)
                text = string.Concat(text.AsSpan(0, start), text.AsSpan(mark + 1, end - mark - 1), text.AsSpan(end + 1));
        }

        return text;
    }

    /// <summary>The service's configs and secrets, as far as they are files.</summary>
    private IEnumerable<(string Inside, string? Outside, YamlNode Node)?> Named(YamlNode document, YamlNode service, string kind, string place)
    {
        foreach (var use in service.ListAt(kind))
        {
            var name = use.Text ?? use.TextAt("source");
            if (name is null)
                continue;
            var target = use.TextAt("target") ?? name;
            var path = document.TextAt(kind, name, "file");
            yield return (target.StartsWith('/') ? target : place + target, path is null || path.Contains('$') || path.Contains('\0') ? null : Path.GetFullPath(Path.Combine(folder, path)), use);
        }
    }
}

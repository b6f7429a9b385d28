using System.IO.Enumeration;

namespace MtlsTools.Configuration.Checking;

/// <summary>Finds the files that an include means.</summary>
internal static class Includes
{
    private const int MaximumMatches = 1000;

    /// <summary>The files, in the order of their names; that a file is not there is told, that a pattern matches none is not: the programs have it so.</summary>
    internal static IReadOnlyList<string> Find(ConfigFacts facts, ConfigPaths paths, string folder, ConfigSetting setting)
    {
        var pattern = setting.Value;
        if (pattern.Length == 0)
        {
            facts.Note("SyntaxBroken", setting, "The include names no file.");
            return [];
        }

        if (pattern.Contains('$'))
        {
            facts.Note("PathNotFollowed", setting, $"'{pattern}' has a variable in it, so what it includes was not read.");
            return [];
        }

        // What no volume brings comes with the image (mime.types and the like), and is the program's own.
        if (paths.Find(pattern, folder) is not { } path)
            return [];
        if (pattern.AsSpan().IndexOfAny("*?[") >= 0)
            return Expand(path);
        if (Directory.Exists(path))
            return Expand(Path.Combine(path, "*"));
        if (File.Exists(path))
            return [path];
        if (!IsShipped(path))
            facts.Note("IncludeMissing", setting, $"'{path}' does not exist.");
        return [];
    }

    /// <summary>Expands wildcards, in folders as well.</summary>
    internal static List<string> Expand(string pattern)
    {
        var root = Path.GetPathRoot(pattern) ?? "";
        List<string> found = [root];
        var parts = pattern[root.Length..].Split('/', Path.DirectorySeparatorChar).Where(part => part.Length > 0).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            var (part, isLast) = (parts[i], i == parts.Count - 1);
            found = part.AsSpan().IndexOfAny("*?[") < 0 || (!isLast && found.Exists(folder => Directory.Exists(Path.Combine(folder, part))))
                ? found.ConvertAll(folder => Path.Combine(folder, part))
                : [.. found.Where(Directory.Exists).SelectMany(folder => Matches(folder, part, isLast)).Take(MaximumMatches)];
        }

        return [.. found.Where(File.Exists).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Matches(string folder, string pattern, bool isLast) =>
        (isLast ? Directory.EnumerateFileSystemEntries(folder) : Directory.EnumerateDirectories(folder))
            .Where(path => Path.GetFileName(path) is var name && (name[0] != '.' || pattern[0] == '.') && FileSystemName.MatchesSimpleExpression(WithoutClasses(pattern), name, ignoreCase: false));

    /// <summary>A class of characters matches any one: to read a file too many is better than to read one too few.</summary>
    private static string WithoutClasses(string pattern)
    {
        while (pattern.IndexOf('[', StringComparison.Ordinal) is >= 0 and var open && pattern.IndexOf(']', open) is > 0 and var close)
            pattern = pattern[..open] + "?" + pattern[(close + 1)..];
        return pattern;
    }

    /// <summary>Files that come with nginx and say nothing of TLS: a configuration copied alone lacks them.</summary>
    private static bool IsShipped(string path) => Path.GetFileName(path) is "mime.types" or "fastcgi_params" or "fastcgi.conf" or "uwsgi_params" or "scgi_params" or "proxy_params";
}

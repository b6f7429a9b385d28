using System.Text;
using System.Text.RegularExpressions;
using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>What <c>openssl ca</c> reads of its configuration file: sections, comments, continued lines, quotes and variables (config(5)).</summary>
internal sealed partial class OpenSslConfiguration
{
    private const string DefaultSection = "default";

    private readonly Dictionary<(string Section, string Name), string> values = [];
    private readonly string path;

    private OpenSslConfiguration(string path) => this.path = path;

    /// <exception cref="InputException">The file is missing or can not be read.</exception>
    internal static OpenSslConfiguration Open(string path)
    {
        var configuration = new OpenSslConfiguration(path);
        var section = DefaultSection;
        foreach (var line in JoinLines(System.Text.Encoding.UTF8.GetString(InputFile.Read(path))))
        {
            if (SectionPattern().Match(line) is { Success: true } header)
                section = header.Groups[1].Value;
            else if (line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
                configuration.values[(section, line[..equals].Trim())] = configuration.Expand(section, line[(equals + 1)..].Trim());
        }

        return configuration;
    }

    /// <summary>A value of a file without sections, or null; the file need not exist.</summary>
    internal static string? Read(string path, string name) => File.Exists(path) && new FileInfo(path).Length > 0 ? Open(path).Find(DefaultSection, name) : null;

    /// <summary>A value of a section, or of the part before all sections.</summary>
    internal string? Find(string section, string name) => values.GetValueOrDefault((section, name)) ?? values.GetValueOrDefault((DefaultSection, name));

    /// <summary>A path; relative ones count from the configuration file, because where openssl would be started is unknown.</summary>
    internal string? FindPath(string section, string name) =>
        Find(section, name) is { Length: > 0 } value ? Path.GetFullPath(value, Path.GetDirectoryName(Path.GetFullPath(path))!) : null;

    internal string Require(string section, string name) => Find(section, name) ?? throw Missing(section, name);

    internal string RequirePath(string section, string name) => FindPath(section, name) ?? throw Missing(section, name);

    private AuthorityException Missing(string section, string name) =>
        new(ErrorCode.NotAnAuthority, $"'{path}' describes no CA: its section [{section}] does not say '{name}'. Add it, or name the folder of a CA.", path);

    /// <summary>A backslash at a line's end joins it with the next; # begins a comment, except in quotes.</summary>
    private static IEnumerable<string> JoinLines(string text)
    {
        var joined = new StringBuilder();
        foreach (var raw in text.Split('\n'))
        {
            var line = CommentPattern().Replace(raw.TrimEnd('\r'), "$1").TrimEnd();
            joined.Append(line.EndsWith('\\') ? line[..^1] : line);
            if (line.EndsWith('\\'))
                continue;
            yield return joined.ToString();
            joined.Clear();
        }
    }

    private string Expand(string section, string value) => VariablePattern().Replace(QuotePattern().Replace(value, "$1$2"), match =>
        match.Groups["section"].Value switch
        {
            "ENV" => Environment.GetEnvironmentVariable(match.Groups["name"].Value) ?? "",
            "" => Find(section, match.Groups["name"].Value) ?? "",
            var other => values.GetValueOrDefault((other, match.Groups["name"].Value)) ?? "",
        });

    [GeneratedRegex(@"^\s*\[\s*(.*?)\s*\]")]
    private static partial Regex SectionPattern();

    [GeneratedRegex("""^((?:[^#"'\\]|\\.|"[^"]*"|'[^']*')*(?:\\$)?)#?.*$""")]
    private static partial Regex CommentPattern();

    [GeneratedRegex("""["']([^"']*)["']|\\(.)""")]
    private static partial Regex QuotePattern();

    [GeneratedRegex(@"\$(?<open>[{(])?(?:(?<section>\w+)::)?(?<name>\w+)(?(open)[)}])")]
    private static partial Regex VariablePattern();
}

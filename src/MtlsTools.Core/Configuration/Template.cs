using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MtlsTools.Configuration;

/// <summary>A text that is in the syntax of its template already.</summary>
internal sealed record Verbatim(string Text);

/// <summary>
/// Text with places to fill in. <c>{{name}}</c> stands for a value, quoted as its syntax wants; the values of a list with spaces between them. A line <c>{{#name}}</c> begins lines that are
/// there only if the value is (true, a text, a list: once for each, <c>{{.}}</c> being the one), <c>{{^name}}</c> lines that are there only
/// if it is not; <c>{{/name}}</c> ends them.
/// </summary>
internal sealed partial class Template
{
    private readonly string name;
    private readonly string[] lines;

    private Template(string name, string text)
    {
        this.name = name;
        lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    /// <summary>A template that came with this library.</summary>
    /// <param name="path">Its path below the folder Templates, such as <c>Nginx/nginx.conf</c>.</param>
    internal static Template Load(string path)
    {
        using var stream = typeof(Template).Assembly.GetManifestResourceStream($"Templates/{path}") ?? throw new InvalidOperationException($"There is no template '{path}'.");
        using var reader = new StreamReader(stream);
        return new Template(path, reader.ReadToEnd());
    }

    internal static Template Parse(string text, string name = "text") => new(name, text);

    /// <summary>The text with the values filled in; it ends with a newline.</summary>
    /// <param name="values">Texts, numbers, truths and lists of texts by name, or functions that make one when it is asked for.</param>
    /// <param name="quote">Writes a text in the syntax; its second argument names the value.</param>
    /// <exception cref="InputException">A value can not be written in this syntax.</exception>
    internal string Render(IReadOnlyDictionary<string, object?> values, Func<string, string, string> quote)
    {
        var result = new StringBuilder();
        Render(0, lines.Length, values, quote, result);
        return result.ToString();
    }

    /// <summary>Every name in it, for tests that nothing is misspelt.</summary>
    internal IEnumerable<string> Names => lines.SelectMany(line => Place().Matches(line)).Select(match => match.Groups["name"].Value).Where(one => one != ".").Distinct();

    private void Render(int from, int to, IReadOnlyDictionary<string, object?> values, Func<string, string, string> quote, StringBuilder result)
    {
        for (var at = from; at < to; at++)
        {
            if (Section().Match(lines[at]) is not { Success: true } section)
            {
                result.Append(Place().Replace(lines[at], place => Write(place.Groups["name"].Value, values, quote))).Append('\n');
                continue;
            }

            var end = EndOf(section.Groups["name"].Value, at, to);
            foreach (var scope in Scopes(section, values))
                Render(at + 1, end, scope, quote, result);
            at = end;
        }
    }

    private static IEnumerable<IReadOnlyDictionary<string, object?>> Scopes(Match section, IReadOnlyDictionary<string, object?> values)
    {
        var value = Find(section.Groups["name"].Value, values);
        var isThere = value is not (null or false or "" or IReadOnlyList<string> { Count: 0 });
        if (section.Groups["kind"].Value == "^")
            return isThere ? [] : [values];
        return !isThere ? []
            : value is IReadOnlyList<string> list ? list.Select(one => new Dictionary<string, object?>(values) { ["."] = one })
            : [values];
    }

    private int EndOf(string section, int start, int to)
    {
        var depth = 0;
        for (var at = start; at < to; at++)
        {
            if (Section().Match(lines[at]) is { Success: true } inner && inner.Groups["name"].Value == section)
                depth++;
            else if (lines[at].Trim() == $"{{{{/{section}}}}}" && --depth == 0)
                return at;
        }

        throw new InvalidOperationException($"In the template '{name}', line {start + 1}, the section '{section}' has no end.");
    }

    private static string Write(string name, IReadOnlyDictionary<string, object?> values, Func<string, string, string> quote) => Find(name, values) switch
    {
        string text => quote(text, name),
        IReadOnlyList<string> list => string.Join(' ', list.Select(one => quote(one, name))),
        Verbatim text => text.Text,
        int number => number.ToString(CultureInfo.InvariantCulture),
        var other => throw new InvalidOperationException($"'{name}' ({other ?? "null"}) can not be written into a template."),
    };

    private static object? Find(string name, IReadOnlyDictionary<string, object?> values) =>
        values.TryGetValue(name, out var value) ? value is Func<object?> made ? made() : value : throw new InvalidOperationException($"A template asks for '{name}', which there is not.");

    [GeneratedRegex(@"^\s*\{\{(?<kind>[#^])(?<name>\w+)\}\}\s*$")]
    private static partial Regex Section();

    [GeneratedRegex(@"\{\{[#^/]?(?<name>[\w.]+)\}\}")]
    private static partial Regex Place();
}

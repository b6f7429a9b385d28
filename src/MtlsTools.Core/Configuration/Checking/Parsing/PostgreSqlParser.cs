using System.Text;

namespace MtlsTools.Configuration.Checking;

/// <summary>PostgreSQL's two languages: settings (<c>name = 'value'</c>) with includes, and the lines of pg_hba.conf.</summary>
internal sealed class PostgreSqlParser(ConfigFacts facts, ConfigPaths paths)
{
    private readonly ConfigText texts = new(facts);

    /// <summary>The settings of a file; the last one of a name counts.</summary>
    internal Dictionary<string, ConfigSetting> ReadSettings(string path)
    {
        var found = new Dictionary<string, ConfigSetting>(StringComparer.OrdinalIgnoreCase);
        texts.Read(path, null, text => Settings(text, path, found));
        return found;
    }

    private void Settings(string text, string file, Dictionary<string, ConfigSetting> found)
    {
        foreach (var (line, number) in LineWords.Lines(text, joins: false))
        {
            var trimmed = line.TrimStart();
            if (trimmed.Length == 0 || trimmed[0] == '#')
                continue;
            var end = 0;
            while (end < trimmed.Length && (char.IsAsciiLetterOrDigit(trimmed[end]) || trimmed[end] is '_' or '.'))
                end++;
            var name = trimmed[..end];
            var value = name.Length == 0 ? null : Value(trimmed[end..].TrimStart() is ['=', .. var behind] ? behind.TrimStart() : trimmed[end..].TrimStart());
            if (value is null)
            {
                facts.Note("SyntaxBroken", file, number, name.Length == 0 ? "The line does not begin with the name of a setting." : $"The value of '{name}' is missing, or a quote in it is never closed.");
                continue;
            }

            var setting = new ConfigSetting(name, value, file, number);
            if (name is "include" or "include_if_exists" or "include_dir")
                Include(setting, found);
            else
                found[name] = setting;
        }
    }

    private void Include(ConfigSetting setting, Dictionary<string, ConfigSetting> found)
    {
        var path = paths.Find(setting.Value, Path.GetDirectoryName(setting.File)!);
        if (path is null || (setting.Name == "include_if_exists" && !File.Exists(path)))
            return;
        if (setting.Name == "include_dir" ? !Directory.Exists(path) : !File.Exists(path))
        {
            facts.Note("IncludeMissing", setting, $"'{path}' does not exist.");
            return;
        }

        foreach (var file in setting.Name == "include_dir" ? Includes.Expand(Path.Combine(path, "*.conf")) : [path])
            texts.Read(file, setting, text => Settings(text, file, found));
    }

    private static string? Value(string text)
    {
        if (text is not ['\'', ..])
            return text.Split('#')[0].Trim() is { Length: > 0 } plain ? plain : null;
        var value = new StringBuilder();
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == '\'' && at + 1 < text.Length && text[at + 1] == '\'')
                value.Append(text[++at]);
            else if (text[at] == '\'')
                return value.ToString();
            else if (text[at] == '\\' && at + 1 < text.Length)
                value.Append(text[++at]);
            else
                value.Append(text[at]);
        }

        return null;
    }

    /// <summary>The lines of pg_hba.conf, as directives named by their first word.</summary>
    internal List<Directive> ReadRules(string path, ConfigSetting? from)
    {
        var rules = new List<Directive>();
        texts.Read(path, from, text => Rules(text, path, rules));
        return rules;
    }

    private void Rules(string text, string file, List<Directive> rules)
    {
        foreach (var (line, number) in LineWords.Lines(text, joins: true))
        {
            if (LineWords.Cut(line, quotes: "\"", escapes: false) is not { } words)
            {
                facts.Note("SyntaxBroken", file, number, "A quote is opened here and never closed.");
                continue;
            }

            if (words.Count == 0)
                continue;
            var rule = new Directive(words[0], words.Skip(1).ToList(), file, number);
            if (rule.Name is "include" or "include_if_exists" or "include_dir" && rule.Arguments.Count == 1)
            {
                var path = paths.Find(rule.First, Path.GetDirectoryName(file)!);
                foreach (var included in path is null ? [] : rule.Name == "include_dir" ? Includes.Expand(Path.Combine(path, "*.conf")) : File.Exists(path) ? [path] : Missing(rule, path))
                    texts.Read(included, rule.Setting, inner => Rules(inner, included, rules));
            }
            else if (rule.Name is "local" or "host" or "hostssl" or "hostnossl" or "hostgssenc" or "hostnogssenc")
            {
                rules.Add(rule);
            }
            else
            {
                facts.Note("SyntaxBroken", file, number, $"A line begins with local, host, hostssl or hostnossl, not with '{rule.Name[..Math.Min(40, rule.Name.Length)]}'.");
            }
        }
    }

    private List<string> Missing(Directive rule, string path)
    {
        if (rule.Name == "include")
            facts.Note("IncludeMissing", rule.Setting, $"'{path}' does not exist.");
        return [];
    }
}

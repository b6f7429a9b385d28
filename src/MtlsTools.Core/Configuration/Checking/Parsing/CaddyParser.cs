using System.Text;

namespace MtlsTools.Configuration.Checking;

/// <summary>The Caddyfile's language: a directive a line, blocks in braces at the end of a line, snippets, imports, quotes, backticks and heredocs.</summary>
internal sealed class CaddyParser(ConfigFacts facts, ConfigPaths paths)
{
    /// <summary>Snippets that import snippets multiply; more than this is a mistake, or an attack.</summary>
    private const int MaximumCopies = 20_000;

    private readonly ConfigText texts = new(facts) { RefusesMark = false };
    private readonly Dictionary<string, Directive> snippets = new(StringComparer.Ordinal);
    private readonly List<string> importing = [];
    private int copies;

    internal Directive Read(string path) => texts.ReadTree(path, Parse);

    private void Parse(string text, string file, Directive top)
    {
        var block = top;
        var depth = top.Depth;
        List<string> pending = [];
        foreach (var (words, line) in Lines(text, file))
        {
            if (words is ["}"])
            {
                if (block == top)
                {
                    facts.Note("SyntaxBroken", file, line, "A '}' closes nothing.");
                    return;
                }

                block = block.Parent!;
                depth--;
                continue;
            }

            var opens = words[^1] == "{";
            var all = pending.Concat(opens ? words.SkipLast(1) : words).ToList();
            pending = [];

            // The addresses of a site may stand on several lines, with commas.
            if (!opens && block == top && top.Depth == 0 && all[^1].EndsWith(','))
            {
                pending = all;
                continue;
            }

            var directive = new Directive(all.FirstOrDefault() ?? "", all.Skip(1).ToList(), file, line) { IsBlock = opens };
            if (directive.Name == "import" && !opens && !IsInSnippet(block))
            {
                Import(directive, block);
                continue;
            }

            if (opens && directive.Name is ['(', .., ')'] && block == top)
                snippets[directive.Name[1..^1]] = directive;
            block.Add(directive);
            if (!opens)
                continue;
            block = directive;
            if (++depth > Directive.MaximumDepth)
            {
                facts.Note("SyntaxBroken", file, line, $"Blocks nest deeper than {Directive.MaximumDepth}; the rest was not read.");
                return;
            }
        }

        if (block != top)
            facts.Note("SyntaxBroken", file, block.Line, $"The block '{(block.Name.Length > 0 ? block.Name : "{")}' is never closed.");
    }

    /// <summary>What a snippet imports is looked up where the snippet is used.</summary>
    private static bool IsInSnippet(Directive? block)
    {
        for (; block is not null; block = block.Parent)
        {
            if (block.Name.StartsWith('('))
                return true;
        }

        return false;
    }

    private void Import(Directive import, Directive block)
    {
        var name = import.First;
        if (!snippets.TryGetValue(name, out var snippet))
        {
            var setting = import.At(name.Contains("{$", StringComparison.Ordinal) ? name : name.Replace("{", "$", StringComparison.Ordinal));
            foreach (var path in Includes.Find(facts, paths, Path.GetDirectoryName(import.File)!, setting))
                texts.Read(path, import.Setting, text => Parse(text, path, block));
            return;
        }

        if (importing.Contains(name))
        {
            facts.Note("IncludeLoop", import.Setting, $"The snippet '{name}' imports itself.");
            return;
        }

        importing.Add(name);
        foreach (var child in snippet.Children)
            Copy(child, block, import.Arguments.Skip(1).ToList(), block.Depth);
        importing.RemoveAt(importing.Count - 1);
    }

    /// <summary>Puts a copy of a snippet's directive in, with its arguments.</summary>
    private void Copy(Directive child, Directive block, List<string> arguments, int depth)
    {
        if (++copies > MaximumCopies || depth > Directive.MaximumDepth)
        {
            if (copies == MaximumCopies + 1)
                facts.Note("SyntaxBroken", child.File, child.Line, $"The snippets unfold to more than {MaximumCopies} directives; the rest was not read.");
            return;
        }

        var copy = new Directive(Fill(child.Name), child.Arguments.Select(Fill).ToList(), child.File, child.Line) { IsBlock = child.IsBlock };
        if (copy.Name == "import")
        {
            Import(copy, block);
            return;
        }

        block.Add(copy);
        foreach (var inner in child.Children)
            Copy(inner, copy, arguments, depth + 1);

        string Fill(string word)
        {
            for (var i = 0; i < arguments.Count && word.Contains("{args", StringComparison.Ordinal); i++)
                word = word.Replace($"{{args[{i}]}}", arguments[i], StringComparison.Ordinal).Replace($"{{args.{i}}}", arguments[i], StringComparison.Ordinal);
            return word;
        }
    }

    /// <summary>The words of each line that has any. A word may run over several lines in quotes, backticks and heredocs.</summary>
    private IEnumerable<(List<string> Words, int Line)> Lines(string text, string file)
    {
        var words = new List<string>();
        var line = 1;
        var first = 1;
        for (var at = 0; at <= text.Length;)
        {
            if (at == text.Length || text[at] == '\n')
            {
                if (words.Count > 0)
                    yield return (words, first);
                words = [];
                first = ++line;
                at++;
            }
            else if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '\n' or '\r')
            {
                // A line is continued.
                at = text.IndexOf('\n', at) + 1;
                line++;
                if (at == 0)
                    yield break;
            }
            else if (text[at] == '#')
            {
                at = text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;
            }
            else
            {
                var began = line;
                if (Word(text, ref at, ref line) is { } word)
                {
                    words.Add(word);
                    continue;
                }

                facts.Note("SyntaxBroken", file, began, "A quote is opened here and never closed.");
                yield break;
            }
        }
    }

    private static string? Word(string text, ref int at, ref int line)
    {
        var quote = text[at];
        if (quote is '"' or '`')
        {
            var word = new StringBuilder();
            for (at++; at < text.Length; at++)
            {
                if (text[at] == quote)
                {
                    at++;
                    return word.ToString();
                }

                if (text[at] == '\n')
                    line++;
                if (text[at] == '\\' && quote == '"' && at + 1 < text.Length && text[at + 1] == '"')
                    at++;
                word.Append(text[at]);
            }

            return null;
        }

        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
            at++;
        var plain = text[start..at];
        if (!plain.StartsWith("<<", StringComparison.Ordinal) || plain.Length < 3 || !plain.Skip(2).All(char.IsAsciiLetterOrDigit))
            return plain;

        // A heredoc ends with its marker on a line of its own.
        var marker = plain[2..];
        var body = at;
        for (var next = text.IndexOf('\n', at); next >= 0; next = text.IndexOf('\n', next + 1))
        {
            line++;
            var end = text.IndexOf('\n', next + 1) is >= 0 and var stop ? stop : text.Length;
            if (!text.AsSpan(next + 1, end - next - 1).Trim().StartsWith(marker, StringComparison.Ordinal))
                continue;
            at = next + 1 + text.AsSpan(next + 1, end - next - 1).IndexOf(marker, StringComparison.Ordinal) + marker.Length;
            return text[body..next].Trim('\r', '\n');
        }

        at = text.Length;
        return null;
    }
}

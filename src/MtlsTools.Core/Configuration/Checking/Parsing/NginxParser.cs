using System.Text;

namespace MtlsTools.Configuration.Checking;

/// <summary>The words of nginx's language: directives that end with a semicolon, blocks in braces, quotes, comments, includes.</summary>
internal sealed class NginxParser(ConfigFacts facts, ConfigPaths paths, string folder)
{
    private readonly ConfigText texts = new(facts);

    internal Directive Read(string path) => texts.ReadTree(path, Parse);

    private void Parse(string text, string file, Directive top)
    {
        var block = top;
        var depth = top.Depth;
        var words = new List<string>();
        var first = 1;
        var reader = new WordReader(text);
        while (reader.Next(out var word, out var line, out var mark))
        {
            if (mark is null)
            {
                if (words.Count == 0)
                    first = line;
                words.Add(word);
                continue;
            }

            if (mark == '}')
            {
                if (words.Count > 0)
                    facts.Note("SyntaxBroken", file, first, $"'{Shorten(words[0])}' does not end with a semicolon.");
                words = [];
                if (block == top)
                {
                    facts.Note("SyntaxBroken", file, line, "A '}' closes nothing.");
                    return;
                }

                block = block.Parent!;
                depth--;
                continue;
            }

            if (words.Count == 0)
            {
                facts.Note("SyntaxBroken", file, line, $"A '{mark}' stands alone.");
                if (mark == '{')
                    return;
                continue;
            }

            var directive = new Directive(words[0], words.Skip(1).ToList(), file, first) { IsBlock = mark == '{' };
            words = [];
            if (directive.Name == "include" && !directive.IsBlock)
            {
                Include(directive, block);
                continue;
            }

            block.Add(directive);
            if (mark != '{')
                continue;
            if (directive.Name.EndsWith("_by_lua_block", StringComparison.Ordinal))
            {
                reader.SkipBlock();
                continue;
            }

            block = directive;
            if (++depth > Directive.MaximumDepth)
            {
                facts.Note("SyntaxBroken", file, line, $"Blocks nest deeper than {Directive.MaximumDepth}; the rest was not read.");
                return;
            }
        }

        if (reader.Fault is { } open)
            facts.Note("SyntaxBroken", file, reader.Line, open);
        else if (words.Count > 0)
            facts.Note("SyntaxBroken", file, first, $"'{Shorten(words[0])}' does not end with a semicolon.");
        else if (block != top)
            facts.Note("SyntaxBroken", file, block.Line, $"The block '{block.Name}' is never closed.");
    }

    private void Include(Directive include, Directive block)
    {
        foreach (var path in Includes.Find(facts, paths, folder, include.At(include.First)))
            texts.Read(path, include.Setting, text => Parse(text, path, block));
    }

    private static string Shorten(string word) => word.Length > 60 ? word[..60] + "…" : word;

    /// <summary>Cuts the text into words and the marks between them; each character is looked at once.</summary>
    private sealed class WordReader(string text)
    {
        private int at;

        internal int Line { get; private set; } = 1;

        internal string? Fault { get; private set; }

        internal bool Next(out string word, out int line, out char? mark)
        {
            word = "";
            mark = null;
            SkipSpace();
            line = Line;
            if (at >= text.Length)
                return false;
            if (text[at] is ';' or '{' or '}')
            {
                mark = text[at++];
                return true;
            }

            word = text[at] is '"' or '\'' ? Quoted() : Plain();
            return Fault is null;
        }

        /// <summary>Passes over a block of another language; strings may hold braces.</summary>
        internal void SkipBlock()
        {
            for (var depth = 1; at < text.Length && depth > 0; at++)
            {
                if (text[at] == '\n')
                    Line++;
                depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            }
        }

        private void SkipSpace()
        {
            for (; at < text.Length; at++)
            {
                if (text[at] == '#')
                {
                    while (at < text.Length && text[at] != '\n')
                        at++;
                }

                if (at >= text.Length || !char.IsWhiteSpace(text[at]))
                    return;
                if (text[at] == '\n')
                    Line++;
            }
        }

        private string Quoted()
        {
            var quote = text[at++];
            var began = Line;
            var word = new StringBuilder();
            for (; at < text.Length; at++)
            {
                if (text[at] == quote)
                {
                    at++;
                    if (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (';' or '{' or ')'))
                        Break(began, "A text goes on right behind a closing quote: a quote is missing before it, or one too many.");
                    return word.ToString();
                }

                if (text[at] == '\n')
                    Line++;
                if (text[at] == '\\' && at + 1 < text.Length)
                    Escaped(word);
                else
                    word.Append(text[at]);
            }

            Break(began, "A quote is opened here and never closed.");
            return "";
        }

        private void Break(int line, string fault) => (Line, Fault) = (line, fault);

        private string Plain()
        {
            var word = new StringBuilder();
            for (; at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (';' or '{'); at++)
            {
                if (text[at] == '\\' && at + 1 < text.Length)
                    Escaped(word);
                else if (text[at] == '$' && at + 1 < text.Length && text[at + 1] == '{' && text.IndexOf('}', at, Math.Min(200, text.Length - at)) is > 0 and var end)
                {
                    word.Append(text, at, end - at + 1);
                    at = end;
                }
                else
                    word.Append(text[at]);
            }

            return word.ToString();
        }

        /// <summary>nginx takes the backslash away before quotes and backslashes, and keeps it elsewhere (for regular expressions).</summary>
        private void Escaped(StringBuilder word)
        {
            var next = text[++at];
            if (next == '\n')
                Line++;
            word.Append(next switch { '"' or '\'' or '\\' => $"{next}", 't' => "\t", 'r' => "\r", 'n' => "\n", _ => $"\\{next}" });
        }
    }
}

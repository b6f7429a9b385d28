namespace MtlsTools.Configuration.Checking;

/// <summary>HAProxy's language: sections that begin with a keyword, and a line for each setting.</summary>
internal sealed class HAProxyParser(ConfigFacts facts)
{
    private static readonly HashSet<string> Sections = new(StringComparer.Ordinal)
    {
        "global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "mailers", "userlist", "cache", "program", "ring", "log-forward", "http-errors", "fcgi-app", "crt-store", "acme", "traces", "log-profile", "namespace_list", "dynamic-update",
    };

    private readonly ConfigText texts = new(facts);

    internal Directive Read(string path) => texts.ReadTree(path, Parse);

    /// <summary>The lines of a crt-list.</summary>
    internal List<Directive> ReadList(string path, ConfigSetting from)
    {
        var lines = new List<Directive>();
        texts.Read(path, from, text =>
        {
            foreach (var (line, number) in LineWords.Lines(text, joins: false))
            {
                if (LineWords.Cut(line.Replace("[", " [ ", StringComparison.Ordinal).Replace("]", " ] ", StringComparison.Ordinal)) is { Count: > 0 } words)
                    lines.Add(new Directive(words[0], words.Skip(1).ToList(), path, number));
            }
        });
        return lines;
    }

    private void Parse(string text, string file, Directive root)
    {
        Directive? section = null;
        if (text.Length > 0 && text[^1] != '\n')
            facts.Note("SyntaxBroken", file, text.AsSpan().Count('\n') + 1, "The last line has no line end: HAProxy takes the file for cut off, and does not start.");
        foreach (var (line, number) in LineWords.Lines(text, joins: false))
        {
            var words = LineWords.Cut(line);
            if (words is null)
            {
                facts.Note("SyntaxBroken", file, number, "A quote is opened here and never closed.");
                continue;
            }

            if (words.Count == 0 || words[0].StartsWith('.'))
                continue;
            var directive = new Directive(words[0], words.Skip(1).ToList(), file, number) { IsBlock = Sections.Contains(words[0]) };
            if (directive.IsBlock)
                root.Add(section = directive);
            else if (section is null)
                facts.Note("SyntaxBroken", file, number, $"'{words[0]}' stands outside of every section.");
            else
                section.Add(directive);
        }
    }
}

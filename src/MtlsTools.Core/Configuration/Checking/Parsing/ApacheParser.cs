namespace MtlsTools.Configuration.Checking;

/// <summary>Apache's language: a directive a line, sections in angle brackets, Define and ${}, includes.</summary>
internal sealed class ApacheParser(ConfigFacts facts, ConfigPaths paths, string path)
{
    private readonly ConfigText texts = new(facts);
    private readonly Dictionary<string, string> defined = new(StringComparer.Ordinal);
    private string folder = FolderOf(path);

    /// <summary>Where relative paths begin: ServerRoot.</summary>
    internal string Folder => folder;

    internal Directive Read() => texts.ReadTree(path, Parse);

    /// <summary>Without ServerRoot, the folder of the main file; those of sites-enabled and its like lie one below.</summary>
    private static string FolderOf(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        return Path.GetFileName(folder) is "sites-enabled" or "sites-available" or "conf-enabled" or "conf-available" or "mods-enabled" or "conf.d" or "conf" or "extra" or "vhosts.d" ? Path.GetDirectoryName(folder)! : folder;
    }

    private void Parse(string text, string file, Directive top)
    {
        var block = top;
        var depth = top.Depth;
        foreach (var (line, number) in LineWords.Lines(text, joins: true))
        {
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
                continue;
            if (trimmed.StartsWith("</", StringComparison.Ordinal))
            {
                var name = trimmed.Trim('<', '>', '/', ' ');
                if (block == top || !block.Is(name))
                {
                    facts.Note("SyntaxBroken", file, number, block == top ? $"'{trimmed}' closes nothing." : $"'{trimmed}' stands where '</{block.Name}>' is expected (line {block.Line}).");
                    return;
                }

                block = block.Parent!;
                depth--;
                continue;
            }

            var isSection = trimmed[0] == '<';
            if (isSection && !trimmed.EndsWith('>'))
            {
                facts.Note("SyntaxBroken", file, number, $"'{trimmed[..Math.Min(60, trimmed.Length)]}' has no '>' at its end.");
                return;
            }

            if (LineWords.Cut(Expand(isSection ? trimmed[1..^1] : trimmed), comment: null, escapes: false) is not { Count: > 0 } words)
            {
                facts.Note("SyntaxBroken", file, number, "A quote is opened here and never closed.");
                continue;
            }

            var directive = new Directive(words[0], words.Skip(1).ToList(), file, number) { IsBlock = isSection };
            if (isSection && ++depth > Directive.MaximumDepth)
            {
                facts.Note("SyntaxBroken", file, number, $"Sections nest deeper than {Directive.MaximumDepth}; the rest was not read.");
                return;
            }

            if (!isSection && Obey(directive, block))
                continue;
            block.Add(directive);
            if (isSection)
                block = directive;
        }

        if (block != top)
            facts.Note("SyntaxBroken", file, block.Line, $"The section <{block.Name}> is never closed.");
    }

    /// <summary>Does what a directive says about the reading itself; false when it is for others.</summary>
    private bool Obey(Directive directive, Directive block)
    {
        if (directive.Is("Define") && directive.Arguments.Count > 0)
        {
            defined[directive.First] = directive.Arguments.Count > 1 ? directive.Arguments[1] : "";
            return true;
        }

        if (directive.Is("ServerRoot"))
        {
            if (!directive.First.Contains("${", StringComparison.Ordinal) && paths.Find(directive.First, folder) is { } found)
                folder = found;
            return true;
        }

        if (!directive.Is("Include") && !directive.Is("IncludeOptional"))
            return false;
        var setting = directive.At(directive.First);
        var matches = directive.Is("Include") || directive.First.Contains('$') || (paths.Find(directive.First, folder) is { } there && (File.Exists(there) || Directory.Exists(there))) || directive.First.AsSpan().IndexOfAny("*?[") >= 0
            ? Includes.Find(facts, paths, folder, setting)
            : [];
        foreach (var match in matches)
            texts.Read(match, setting, text => Parse(text, match, block));
        return true;
    }

    /// <summary>Puts defined variables in; those of the environment stay, and the file is not followed. One pass: what a variable holds is not expanded again.</summary>
    private string Expand(string line)
    {
        for (var at = line.IndexOf("${", StringComparison.Ordinal); at >= 0; at = line.IndexOf("${", at, StringComparison.Ordinal))
        {
            var end = line.IndexOf('}', at);
            if (end < 0 || line.Length > 100_000)
                return line;
            var value = defined.GetValueOrDefault(line[(at + 2)..end]);
            if (value is not null)
                line = string.Concat(line.AsSpan(0, at), value, line.AsSpan(end + 1));
            at = value is null ? end : at + value.Length;
        }

        return line;
    }
}

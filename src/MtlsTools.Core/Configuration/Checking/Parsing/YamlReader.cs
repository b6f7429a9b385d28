using System.Text;

namespace MtlsTools.Configuration.Checking;

/// <summary>Reads the YAML that compose files and Kubernetes manifests are written in: block and flow collections, every kind of scalar, anchors, merge keys and several documents. Tags are passed over; complex keys are told.</summary>
internal sealed class YamlReader
{
    private const int MaximumMerged = 100_000;

    private readonly string text;
    private readonly Dictionary<string, YamlNode> anchors = new(StringComparer.Ordinal);
    private int line = 1, start, offset, indent, end, merged;

    private YamlReader(string text) => this.text = text;

    /// <summary>The documents of a text, as far as it can be read.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fault">Is told the line and what is wrong there.</param>
    internal static List<YamlNode> Read(string text, Action<int, string> fault)
    {
        var documents = new List<YamlNode>();
        try
        {
            new YamlReader(text).Read(documents);
        }
        catch (YamlFault broken)
        {
            fault(broken.Line, broken.Message);
        }

        return documents;
    }

    private bool AtEnd => start >= text.Length;

    private ReadOnlySpan<char> Rest => text.AsSpan(offset, end - offset);

    private bool IsMarker => indent == 0 && offset == start && (Rest.StartsWith("---") || Rest.StartsWith("...")) && (Rest.Length == 3 || Rest[3] is ' ' or '\t');

    private void Read(List<YamlNode> documents)
    {
        Enter(0);
        SkipEmpty();
        while (!AtEnd)
        {
            if (IsMarker)
            {
                anchors.Clear();
                if (Rest.StartsWith("--- ") && Rest[4..].Trim() is { IsEmpty: false } and not ['#', ..])
                    Move(4);
                else
                    NextLine();
                continue;
            }

            if (indent == 0 && Rest.StartsWith("%"))
            {
                NextLine();
                continue;
            }

            documents.Add(Block(-1, 0));
            if (!AtEnd && !IsMarker)
                throw new YamlFault(line, "The line does not fit into what stands above it: look at its indentation.");
        }
    }

    /// <summary>Begins to look at the line at an offset.</summary>
    private void Enter(int at)
    {
        start = at;
        end = at >= text.Length ? text.Length : text.IndexOf('\n', at) is >= 0 and var stop ? stop : text.Length;
        if (end > start && text[end - 1] == '\r')
            end--;
        offset = start;
        while (offset < end && text[offset] == ' ')
            offset++;
        indent = offset - start;
    }

    private void NextRaw()
    {
        var next = text.IndexOf('\n', Math.Min(end, text.Length));
        line++;
        Enter(next < 0 ? text.Length : next + 1);
    }

    private void NextLine()
    {
        NextRaw();
        SkipEmpty();
    }

    private void SkipEmpty()
    {
        while (!AtEnd && Rest.Trim() is [] or ['#', ..])
            NextRaw();
        if (!AtEnd && offset < end && text[offset] == '\t')
            throw new YamlFault(line, "A tab indents the line; YAML takes spaces alone.");
    }

    /// <summary>Goes on within the line: what follows is indented as deep as it stands.</summary>
    private void Move(int characters)
    {
        offset += characters;
        while (offset < end && text[offset] is ' ' or '\t')
            offset++;
        indent = offset - start;
    }

    /// <summary>The value that begins here, which is indented deeper than its parent.</summary>
    private YamlNode Block(int parent, int depth)
    {
        if (depth > Directive.MaximumDepth)
            throw new YamlFault(line, $"Values nest deeper than {Directive.MaximumDepth}.");
        var anchor = Properties();
        if (offset >= end || Rest[0] == '#')
        {
            NextLine();
            return AtEnd || IsMarker || indent <= parent ? Anchor(anchor, new YamlNode(line) { Text = "" }) : Anchor(anchor, Block(parent, depth + 1));
        }

        if (Rest[0] == '?' && (Rest.Length == 1 || Rest[1] == ' '))
            throw new YamlFault(line, "Keys that begin with '?' are not read.");
        if (IsItem)
            return Anchor(anchor, Sequence(depth));
        return Anchor(anchor, KeyEnd() >= 0 ? Mapping(depth) : Inline(parent, depth));
    }

    private bool IsItem => offset < end && text[offset] == '-' && (offset + 1 == end || text[offset + 1] is ' ' or '\t');

    private YamlNode Sequence(int depth)
    {
        var node = new YamlNode(line);
        var own = indent;
        while (!AtEnd && !IsMarker && indent == own && IsItem)
        {
            var began = line;
            Move(1);
            if (offset >= end || Rest[0] == '#')
            {
                NextLine();
                node.Items.Add(!AtEnd && !IsMarker && indent > own ? Block(own, depth + 1) : new YamlNode(began) { Text = "" });
            }
            else
            {
                node.Items.Add(Block(own, depth + 1));
            }
        }

        return node;
    }

    private YamlNode Mapping(int depth)
    {
        var node = new YamlNode(line);
        var own = indent;
        while (!AtEnd && !IsMarker && indent == own && !IsItem)
        {
            var keyEnd = KeyEnd();
            if (keyEnd < 0)
                throw new YamlFault(line, "A key with a colon behind it is expected here.");
            var began = line;
            var key = Key(text[offset..keyEnd].Trim());
            Move(keyEnd + 1 - offset);
            YamlNode value;
            if (offset >= end || Rest[0] == '#')
            {
                NextLine();
                value = !AtEnd && !IsMarker && (indent > own || (indent == own && IsItem)) ? Block(indent > own ? own : own - 1, depth + 1) : new YamlNode(began) { Text = "" };
            }
            else
            {
                value = Value(own, depth + 1);
            }

            if (key == "<<")
                Merge(node, value);
            else
                node.Entries.Add((key, value));
        }

        return node;
    }

    /// <summary>The value behind a key on its line: its anchor may be followed by a block on the next lines.</summary>
    private YamlNode Value(int own, int depth)
    {
        var anchor = Properties();
        if (offset < end && Rest[0] != '#')
            return Anchor(anchor, Inline(own, depth));
        var began = line;
        NextLine();
        return Anchor(anchor, !AtEnd && !IsMarker && (indent > own || (indent == own && IsItem)) ? Block(indent > own ? own : own - 1, depth + 1) : new YamlNode(began) { Text = "" });
    }

    private void Merge(YamlNode into, YamlNode from)
    {
        foreach (var source in from.Items.Count > 0 ? from.Items : [from])
        {
            var known = into.Entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var entry in source.Entries.Where(entry => known.Add(entry.Key)))
            {
                if (++merged > MaximumMerged)
                    throw new YamlFault(line, $"Merge keys unfold to more than {MaximumMerged} entries.");
                into.Entries.Add(entry);
            }
        }
    }

    /// <summary>Passes over tags, and takes the name of an anchor.</summary>
    private string? Properties()
    {
        string? anchor = null;
        while (offset < end && Rest[0] is '!' or '&')
        {
            var length = Rest.IndexOfAny(' ', '\t') is > 0 and var space ? space : Rest.Length;
            if (Rest[0] == '&')
                anchor = Rest[1..length].ToString();
            Move(length);
        }

        return anchor;
    }

    private YamlNode Anchor(string? name, YamlNode node)
    {
        if (name is not null)
            anchors[name] = node;
        return node;
    }

    /// <summary>Where the colon of a key stands, or -1 when the line holds none.</summary>
    private int KeyEnd()
    {
        var at = offset;
        if (text[at] is '"' or '\'')
        {
            var quote = text[at++];
            while (at < end && text[at] != quote)
                at += text[at] == '\\' && quote == '"' ? 2 : 1;
            for (at++; at < end && text[at] == ' ';)
                at++;
            return at < end && text[at] == ':' && (at + 1 == end || text[at + 1] is ' ' or '\t') ? at : -1;
        }

        if (text[at] is '{' or '[' or '|' or '>' or '#')
            return -1;
        for (; at < end; at++)
        {
            if (text[at] == ':' && (at + 1 == end || text[at + 1] is ' ' or '\t'))
                return at;
            if (text[at] == '#' && text[at - 1] == ' ')
                return -1;
        }

        return -1;
    }

    private string Key(string key) => key is ['"' or '\'', ..] ? new YamlScalars(key, 1).Quoted(0, out _).Text! : key is ['*', .. var alias] && anchors.TryGetValue(alias, out var node) ? node.Text ?? "" : key;

    /// <summary>A scalar, an alias or a flow collection, and the line after it.</summary>
    private YamlNode Inline(int parent, int depth)
    {
        switch (text[offset])
        {
            case '|' or '>':
                return BlockScalar(parent);
            case '*':
                var name = Rest[1..].ToString().Split(' ', '\t', '#')[0];
                if (!anchors.TryGetValue(name, out var aliased))
                    throw new YamlFault(line, $"There is no anchor '{name}'.");
                NextLine();
                return aliased;
            case '{' or '[' or '"' or '\'':
                var scalars = new YamlScalars(text, line) { Anchors = anchors };
                var node = text[offset] is '"' or '\'' ? scalars.Quoted(offset, out var after) : scalars.Flow(offset, depth, out after);
                line = scalars.Line;
                while (end < after)
                    Enter(end + (end < text.Length && text[end] == '\r' ? 2 : 1));
                if (text.AsSpan(after, end - after).Trim() is { IsEmpty: false } and not ['#', ..])
                    throw new YamlFault(line, "Something stands behind the end of the value.");
                NextLine();
                return node;
            default:
                return Plain(parent);
        }
    }

    private YamlNode Plain(int parent)
    {
        var began = line;
        var words = new StringBuilder();
        while (true)
        {
            var rest = Rest;
            var comment = rest.IndexOf(" #", StringComparison.Ordinal);
            words.Append(words.Length > 0 ? " " : "").Append((comment < 0 ? rest : rest[..comment]).Trim());
            NextLine();
            if (AtEnd || IsMarker || indent <= parent || comment >= 0)
                return new YamlNode(began) { Text = words.ToString() };
            if (KeyEnd() >= 0)
                throw new YamlFault(line, "A key stands inside a text: look at the indentation.");
        }
    }

    private YamlNode BlockScalar(int parent)
    {
        var began = line;
        var header = Rest.ToString().Split(" #")[0].Trim();
        var isFolded = header[0] == '>';
        var fixedIndent = header.FirstOrDefault(char.IsAsciiDigit) is var digit and not '\0' ? Math.Max(parent, 0) + (digit - '0') : -1;
        var body = new StringBuilder();
        var pending = 0;
        for (NextRaw(); !AtEnd; NextRaw())
        {
            if (text.AsSpan(start, end - start).IsWhiteSpace())
            {
                pending++;
                continue;
            }

            if (fixedIndent < 0)
                fixedIndent = indent;
            if (indent <= parent || indent < fixedIndent)
                break;
            if (body.Length > 0)
                body.Append(isFolded && pending == 0 ? " " : new string('\n', isFolded ? pending : pending + 1));
            pending = 0;
            body.Append(text, start + fixedIndent, end - start - fixedIndent);
        }

        SkipEmpty();
        return new YamlNode(began) { Text = header.Contains('-') ? body.ToString() : body.Append('\n').ToString() };
    }
}

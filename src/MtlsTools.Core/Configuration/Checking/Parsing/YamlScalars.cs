using System.Globalization;
using System.Text;

namespace MtlsTools.Configuration.Checking;

/// <summary>Quoted scalars and flow collections, which may run over several lines whatever their indentation.</summary>
internal sealed class YamlScalars(string text, int line)
{
    internal int Line { get; private set; } = line;

    internal IReadOnlyDictionary<string, YamlNode> Anchors { get; init; } = new Dictionary<string, YamlNode>();

    /// <summary>A scalar in single or double quotes.</summary>
    internal YamlNode Quoted(int at, out int after)
    {
        var (quote, began) = (text[at], Line);
        var value = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            var c = text[at];
            if (c == quote && quote == '\'' && at + 1 < text.Length && text[at + 1] == '\'')
            {
                value.Append('\'');
                at++;
            }
            else if (c == quote)
            {
                after = at + 1;
                return new YamlNode(began) { Text = value.ToString() };
            }
            else if (c == '\\' && quote == '"' && at + 1 < text.Length)
            {
                at = Escape(value, at + 1);
            }
            else if (c == '\n')
            {
                Fold(value, ref at);
            }
            else
            {
                value.Append(c);
            }
        }

        throw new YamlFault(began, "A quote is opened here and never closed.");
    }

    /// <summary>A list in brackets or a mapping in braces.</summary>
    internal YamlNode Flow(int at, int depth, out int after)
    {
        if (depth > Directive.MaximumDepth)
            throw new YamlFault(Line, $"Values nest deeper than {Directive.MaximumDepth}.");
        var (began, isMapping) = (Line, text[at] == '{');
        var node = new YamlNode(began);
        for (at = Space(at + 1); at < text.Length;)
        {
            if (text[at] is '}' or ']')
            {
                if (isMapping != (text[at] == '}'))
                    throw new YamlFault(Line, $"A '{(isMapping ? '}' : ']')}' is expected here.");
                after = at + 1;
                return node;
            }

            if (text[at] == ',')
            {
                at = Space(at + 1);
                continue;
            }

            var item = Item(at, depth, out at);
            at = Space(at);
            if (at < text.Length && text[at] == ':')
            {
                at = Space(at + 1);
                var value = at < text.Length && text[at] is not (',' or '}' or ']') ? Item(at, depth, out at) : new YamlNode(Line) { Text = "" };
                at = Space(at);
                if (isMapping)
                    node.Entries.Add((item.Text ?? "", value));
                else
                    node.Items.Add(Pair(item, value));
            }
            else if (isMapping)
            {
                node.Entries.Add((item.Text ?? "", new YamlNode(item.Line) { Text = "" }));
            }
            else
            {
                node.Items.Add(item);
            }

            if (at < text.Length && text[at] is not (',' or '}' or ']'))
                throw new YamlFault(Line, "A comma is expected here.");
        }

        throw new YamlFault(began, $"A '{(isMapping ? '{' : '[')}' is opened here and never closed.");
    }

    private static YamlNode Pair(YamlNode key, YamlNode value)
    {
        var pair = new YamlNode(key.Line);
        pair.Entries.Add((key.Text ?? "", value));
        return pair;
    }

    private YamlNode Item(int at, int depth, out int after)
    {
        switch (text[at])
        {
            case '{' or '[':
                return Flow(at, depth + 1, out after);
            case '"' or '\'':
                return Quoted(at, out after);
        }

        var (first, began) = (at, Line);
        while (at < text.Length && text[at] is not (',' or '{' or '}' or '[' or ']' or '\n') && !(text[at] == ':' && (at + 1 >= text.Length || text[at + 1] is ' ' or '\n' or '\r' or ',' or '}' or ']')) && !(text[at] == '#' && at > first && text[at - 1] == ' '))
            at++;
        after = at;
        if (at == first && text[at] is not (':' or '\n'))
            throw new YamlFault(began, $"A '{text[at]}' is not expected here.");
        var word = text[first..at].Trim();
        return word is ['*', .. var alias] && Anchors.TryGetValue(alias, out var node) ? node : new YamlNode(began) { Text = word };
    }

    private int Space(int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '#')
                at = text.IndexOf('\n', at) is >= 0 and var stop ? stop : text.Length;
            if (at >= text.Length || !char.IsWhiteSpace(text[at]))
                return at;
            if (text[at] == '\n')
                Line++;
        }

        return at;
    }

    /// <summary>A line's end inside quotes is a space, an empty line is a line's end.</summary>
    private void Fold(StringBuilder value, ref int at)
    {
        while (value.Length > 0 && value[^1] is ' ' or '\t' or '\r')
            value.Length--;
        var breaks = 0;
        for (; at < text.Length && char.IsWhiteSpace(text[at]); at++)
        {
            if (text[at] == '\n')
            {
                breaks++;
                Line++;
            }
        }

        at--;
        value.Append(breaks == 1 ? " " : new string('\n', breaks - 1));
    }

    private int Escape(StringBuilder value, int at)
    {
        var digits = text[at] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (at + digits < text.Length && int.TryParse(text.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code))
            {
                value.Append(new Rune(code).ToString());
                return at + digits;
            }

            throw new YamlFault(Line, "An escape in quotes is not whole.");
        }

        if (text[at] == '\n')
        {
            Line++;
            return at;
        }

        value.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', 'a' => '\a', 'b' => '\b', 'e' => '\u001b', 'f' => '\f', 'v' => '\v', var other => other });
        return at;
    }
}

using System.Text;

namespace MtlsTools.Configuration.Checking;

/// <summary>Cuts a line into words the way HAProxy, Apache and Caddy do, with small differences.</summary>
internal static class LineWords
{
    /// <summary>Cuts a line; null when a quote is not closed.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="quotes">The characters that quote.</param>
    /// <param name="comment">What begins a comment at the start of a word.</param>
    /// <param name="escapes">Whether a backslash outside quotes takes the next character as it is.</param>
    internal static List<string>? Cut(string line, string quotes = "\"'", char? comment = '#', bool escapes = true)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isOpen = false;
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (char.IsWhiteSpace(c))
            {
                if (isOpen)
                    words.Add(word.ToString());
                word.Clear();
                isOpen = false;
                continue;
            }

            if (c == comment && !isOpen)
                break;
            isOpen = true;
            if (quotes.Contains(c))
            {
                for (at++; at < line.Length && line[at] != c; at++)
                {
                    if (line[at] == '\\' && c == '"' && at + 1 < line.Length && line[at + 1] is '"' or '\\')
                        at++;
                    word.Append(line[at]);
                }

                if (at >= line.Length)
                    return null;
            }
            else if (c == '\\' && escapes && at + 1 < line.Length)
            {
                word.Append(line[++at]);
            }
            else
            {
                word.Append(c);
            }
        }

        if (isOpen)
            words.Add(word.ToString());
        return words;
    }

    /// <summary>The lines of a text with their numbers; a backslash at the end joins the next one when the language has that.</summary>
    internal static IEnumerable<(string Text, int Number)> Lines(string text, bool joins)
    {
        var number = 0;
        var first = 0;
        StringBuilder? joined = null;
        foreach (var range in Split(text))
        {
            number++;
            var line = text[range];
            if (joins && line.EndsWith('\\') && !line.EndsWith("\\\\", StringComparison.Ordinal))
            {
                if (joined is null)
                    first = number;
                (joined ??= new StringBuilder()).Append(line, 0, line.Length - 1).Append(' ');
                continue;
            }

            yield return joined is null ? (line, number) : (joined.Append(line).ToString(), first);
            joined = null;
        }

        if (joined is not null)
            yield return (joined.ToString(), first);
    }

    private static IEnumerable<Range> Split(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            var next = end < 0 ? text.Length : end;
            yield return at..(next > at && text[next - 1] == '\r' ? next - 1 : next);
            at = next + 1;
        }
    }
}

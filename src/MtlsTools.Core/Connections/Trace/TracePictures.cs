using System.Globalization;
using System.Text;

namespace MtlsTools.Connections.Trace;

/// <summary>Draws a connection.</summary>
internal static class TracePictures
{
    private const int Width = 56;
    private const int MaximumDetail = 200;

    internal static string Sequence(HandshakeTrace trace)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"client".PadRight(Width + 2 - Math.Min(trace.Target.Length, Width))}{trace.Target}\n");
        foreach (var message in trace.Messages)
        {
            var label = string.Create(CultureInfo.InvariantCulture, $" {Title(message)} ");
            var line = new string(message.IsEncrypted ? '=' : '-', Math.Max(2, Width - 3 - label.Length));
            text.Append(CultureInfo.InvariantCulture, $"|{(message.From == TraceSide.Client ? $"-{label}{line}>" : $"<{line}{label}-")}| {message.Time.TotalMilliseconds,8:F1} ms\n");
            foreach (var detail in Wrap(Clean(message.Summary)))
                text.Append(CultureInfo.InvariantCulture, $"|{("    " + detail).PadRight(Width - 1)}|\n");
        }

        return text.Append(Legend(trace)).ToString();
    }

    internal static string Mermaid(HandshakeTrace trace)
    {
        var text = new StringBuilder("sequenceDiagram\n    autonumber\n    participant C as client\n");
        text.Append(CultureInfo.InvariantCulture, $"    participant S as {Escape(trace.Target)}\n");
        foreach (var message in trace.Messages)
        {
            var arrow = message.Name is "Alert" or "Closed" ? "-x" : message.IsEncrypted ? "-->>" : "->>";
            var (from, to) = message.From == TraceSide.Client ? ("C", "S") : ("S", "C");
            text.Append(CultureInfo.InvariantCulture, $"    {from}{arrow}{to}: {Escape(Title(message))}{(message.Summary.Length > 0 ? "<br/>" + Escape(message.Summary) : "")}\n");
        }

        return text.Append("    Note over C,S: solid: in the clear, dashed: encrypted\n").ToString();
    }

    private static string Title(TracedMessage message) => message.Size > 0 ? string.Create(CultureInfo.InvariantCulture, $"{message.Name} ({message.Size})") : message.Name;

    private static string Legend(HandshakeTrace trace) => $"- in the clear, = encrypted; sizes in octets{(trace.NotOpened is { } why ? $"\n{why}" : "")}\n";

    /// <summary>Names come from the other side and may hold anything: no line breaks, no control characters, not too long.</summary>
    private static string Clean(string text)
    {
        var clean = string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
        return clean.Length > MaximumDetail ? clean[..MaximumDetail] + "…" : clean;
    }

    /// <summary>What Mermaid takes for its own syntax becomes an entity.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var character in Clean(text))
        {
            if (character is '#' or ';' or '<' or '>' or '&' or '"' or '%' or '{' or '}' or '\\')
                escaped.Append(CultureInfo.InvariantCulture, $"#{(int)character};");
            else
                escaped.Append(character);
        }

        return escaped.ToString();
    }

    private static IEnumerable<string> Wrap(string text)
    {
        const int room = Width - 6;
        while (text.Length > room)
        {
            var at = text.LastIndexOf(' ', room);
            yield return text[..(at > 0 ? at : room)];
            text = text[(at > 0 ? at + 1 : room)..];
        }

        if (text.Length > 0)
            yield return text;
    }
}

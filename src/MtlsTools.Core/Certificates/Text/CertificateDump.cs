using System.Globalization;
using System.Text;

namespace MtlsTools.Certificates;

/// <summary>The lines of a text that shows a structure, indented as OpenSSL does it.</summary>
internal sealed class CertificateDump
{
    private readonly StringBuilder text = new();

    internal void Line(int indent, string line) => text.Append(' ', indent).Append(line).Append('\n');

    /// <summary>Octets as <c>0a:1b:…</c>, so many on a line.</summary>
    internal void Hex(int indent, ReadOnlySpan<byte> octets, int perLine)
    {
        for (var at = 0; at < octets.Length; at += perLine)
        {
            var part = octets.Slice(at, Math.Min(perLine, octets.Length - at));
            Line(indent, Colons(part).ToLowerInvariant() + (at + part.Length < octets.Length ? ":" : ""));
        }
    }

    /// <summary><c>0A:1B</c>.</summary>
    internal static string Colons(ReadOnlySpan<byte> octets) => BitConverter.ToString(octets.ToArray()).Replace('-', ':');

    /// <summary><c>Nov  1 08:00:00 2026 GMT</c>.</summary>
    internal static string Date(DateTimeOffset date)
    {
        var utc = date.UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"{utc:MMM} {utc.Day,2} {utc:HH:mm:ss yyyy} GMT");
    }

    public override string ToString() => text.ToString();
}

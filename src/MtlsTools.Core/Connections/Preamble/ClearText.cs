using System.Globalization;

namespace MtlsTools.Connections.Preamble;

/// <summary>
/// The clear text before TLS begins. It is read byte by byte, never ahead: what an attacker slips in after the answer
/// is left to TLS, which refuses it, and is never taken for something that came through the protected connection.
/// </summary>
internal static class ClearText
{
    private const int MaximumLine = 8 * 1024;
    private const int MaximumLines = 200;

    internal static Task SendAsync(this Stream stream, string text, CancellationToken cancellation) =>
        stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellation).AsTask();

    /// <summary>One line without its end.</summary>
    /// <exception cref="PreambleException">The server closed the connection, or the line has no end.</exception>
    internal static async Task<string> HearLineAsync(this Stream stream, CancellationToken cancellation)
    {
        var line = await HearUntilAsync(stream, text => text[^1] == '\n', MaximumLine, cancellation).ConfigureAwait(false);
        return line.TrimEnd('\r', '\n');
    }

    /// <summary>A reply of SMTP or FTP: a code, and lines up to the one that has no hyphen after the code.</summary>
    /// <exception cref="PreambleException">It is no such reply.</exception>
    internal static async Task<(int Code, IReadOnlyList<string> Lines)> HearReplyAsync(this Stream stream, CancellationToken cancellation)
    {
        var lines = new List<string>();
        string? end = null;
        while (lines.Count < MaximumLines)
        {
            var line = await stream.HearLineAsync(cancellation).ConfigureAwait(false);
            lines.Add(line);
            if (end is null && !(line.Length >= 3 && line[..3].All(char.IsAsciiDigit)))
                break;
            end ??= line[..3];

            // FTP allows lines in between that begin with anything.
            if (line.StartsWith(end, StringComparison.Ordinal) && (line.Length == 3 || line[3] == ' '))
                return (int.Parse(end, CultureInfo.InvariantCulture), lines);
        }

        throw new PreambleException(PreambleFault.NotSpoken, lines[0]);
    }

    /// <summary>Text up to where it is enough.</summary>
    /// <exception cref="PreambleException">The server closed the connection, or says too much.</exception>
    internal static async Task<string> HearUntilAsync(this Stream stream, Func<string, bool> isEnough, int maximum, CancellationToken cancellation)
    {
        var heard = new List<byte>();
        var one = new byte[1];
        while (heard.Count < maximum)
        {
            if (await stream.ReadAsync(one, cancellation).ConfigureAwait(false) == 0)
                throw new PreambleException(PreambleFault.Closed, Text(heard));
            heard.Add(one[0]);
            if (one[0] is (byte)'\n' or (byte)'>' && isEnough(Text(heard)))
                return Text(heard);
        }

        throw new PreambleException(PreambleFault.NotSpoken, Text(heard));
    }

    /// <summary>So many bytes.</summary>
    /// <exception cref="PreambleException">The server closed the connection before.</exception>
    internal static async Task<byte[]> HearBytesAsync(this Stream stream, int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        try
        {
            await stream.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
            return bytes;
        }
        catch (EndOfStreamException)
        {
            throw new PreambleException(PreambleFault.Closed, "");
        }
    }

    private static string Text(List<byte> bytes) => System.Text.Encoding.Latin1.GetString(bytes.ToArray());
}

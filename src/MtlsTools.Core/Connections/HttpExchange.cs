using System.Globalization;

namespace MtlsTools.Connections;

/// <summary>The beginning of an answer: enough to judge by.</summary>
/// <param name="ReceivedAnything">Whether any application data came back.</param>
/// <param name="Status">The HTTP status, or null when it is no HTTP.</param>
/// <param name="Start">The first characters of the answer.</param>
internal sealed record HttpAnswer(bool ReceivedAnything, int? Status, string Start);

/// <summary>One GET with a bounded answer: a server that never ends its answer is cut off, not waited for.</summary>
internal static class HttpExchange
{
    private const int MaximumAnswer = 32 * 1024;

    internal static async Task<HttpAnswer> GetAsync(Stream stream, ConnectionTarget target, CancellationToken cancellation)
    {
        var request = $"GET {target.Uri.PathAndQuery} HTTP/1.1\r\nHost: {target.Uri.Authority}\r\nUser-Agent: MtlsTools\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[MaximumAnswer];
        var filled = 0;
        while (filled < buffer.Length && !IsEnough(buffer.AsSpan(0, filled)))
        {
            int count;
            try
            {
                count = await stream.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
            }
            catch (IOException) when (filled > 0)
            {
                break; // What came before the connection broke is the answer.
            }

            if (count == 0)
                break;
            filled += count;
        }

        var text = System.Text.Encoding.Latin1.GetString(buffer, 0, filled);
        return new HttpAnswer(filled > 0, ParseStatus(text), text);
    }

    private static int? ParseStatus(string text) =>
        text.Length >= 12 && text.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : null;

    /// <summary>A success needs no more than its status line; of a refusal the body tells which kind it is.</summary>
    private static bool IsEnough(ReadOnlySpan<byte> answer)
    {
        var line = answer.IndexOf("\r\n"u8);
        if (line < 0)
            return answer.Length > 0 && !"HTTP/1."u8.StartsWith(answer[..Math.Min(7, answer.Length)]);
        if (answer.Length > 12 && answer[9] is (byte)'2' or (byte)'3')
            return true;
        var body = answer.IndexOf("\r\n\r\n"u8);
        return body >= 0 && answer[body..].IndexOf("</html>"u8) >= 0;
    }
}

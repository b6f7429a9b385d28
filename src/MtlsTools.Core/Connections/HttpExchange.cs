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

    internal static async Task<HttpAnswer> GetAsync(Stream stream, ConnectionTarget target, string? serverName, CancellationToken cancellation)
    {
        var request = $"GET {target.Uri.PathAndQuery} HTTP/1.1\r\nHost: {HostHeader(target.Uri, serverName)}\r\nUser-Agent: MtlsTools\r\nAccept: */*\r\nConnection: close\r\n\r\n";
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
            catch (Exception ended) when (filled > 0 && ended is IOException or OperationCanceledException)
            {
                break; // What came before the connection broke, or the time was over, is the answer.
            }

            if (count == 0)
                break;
            filled += count;
        }

        var text = System.Text.Encoding.Latin1.GetString(buffer, 0, filled);
        return new HttpAnswer(filled > 0, ParseStatus(text), text);
    }

    /// <summary>The Host header agrees with the name in the handshake: servers refuse requests where the two differ (421).</summary>
    internal static string HostHeader(Uri uri, string? serverName) =>
        serverName is null ? uri.Authority : uri.IsDefaultPort ? serverName : string.Create(CultureInfo.InvariantCulture, $"{serverName}:{uri.Port}");

    private static int? ParseStatus(string text) =>
        text.Length >= 12 && text.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : null;

    /// <summary>The status line says enough, except for 400: there the body tells whether the certificate is meant.</summary>
    private static bool IsEnough(ReadOnlySpan<byte> answer)
    {
        var line = answer.IndexOf("\r\n"u8);
        if (line < 0)
            return answer.Length > 0 && !"HTTP/1."u8.StartsWith(answer[..Math.Min(7, answer.Length)]);
        if (answer.Length < 12 || !answer[9..12].SequenceEqual("400"u8))
            return true;
        var body = answer.IndexOf("\r\n\r\n"u8);
        return body >= 0 && answer[body..].IndexOf("</html>"u8) >= 0;
    }
}

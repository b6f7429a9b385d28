using System.Globalization;
using System.Text.RegularExpressions;

namespace MtlsTools.Connections;

/// <summary>The beginning of an answer: enough to judge by.</summary>
/// <param name="ReceivedAnything">Whether any application data came back.</param>
/// <param name="Status">The HTTP status, or null when it is no HTTP.</param>
/// <param name="Start">The first characters of the answer.</param>
internal sealed partial record HttpAnswer(bool ReceivedAnything, int? Status, string Start)
{
    /// <summary>The server's clock, out of the Date header; null when there is none, or a cache has kept the answer.</summary>
    internal DateTimeOffset? Date =>
        DateHeader().Match(Start) is { Success: true } header
        && !AgeHeader().IsMatch(Start)
        && DateTimeOffset.TryParseExact(header.Groups[1].Value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : null;

    [GeneratedRegex(@"\A(?:[^\r\n]+\r\n)+?Date:[ \t]*([^\r\n]+?)[ \t]*\r\n", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DateHeader();

    [GeneratedRegex(@"\A(?:[^\r\n]+\r\n)+?Age:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AgeHeader();
}

/// <summary>One GET with a bounded answer: a server that never ends its answer is cut off, not waited for.</summary>
internal static partial class HttpExchange
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

    /// <summary>The status line says enough, except for the statuses by which servers refuse certificates: there the body tells more.</summary>
    private static bool IsEnough(ReadOnlySpan<byte> answer)
    {
        var line = answer.IndexOf("\r\n"u8);
        if (line < 0)
            return answer.Length > 0 && !"HTTP/1."u8.StartsWith(answer[..Math.Min(7, answer.Length)]);
        if (answer.Length < 12 || !(answer[9..12].SequenceEqual("400"u8) || answer[9..12].SequenceEqual("401"u8) || answer[9..12].SequenceEqual("403"u8)))
            return true;
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var body = answer[(head + 4)..];
        return body.IndexOf("</html>"u8) >= 0 || (LengthHeader().Match(System.Text.Encoding.Latin1.GetString(answer[..(head + 2)])) is { Success: true } header && body.Length >= long.Parse(header.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"\r\nContent-Length:[ \t]*(\d{1,9})[ \t]*\r\n", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LengthHeader();
}

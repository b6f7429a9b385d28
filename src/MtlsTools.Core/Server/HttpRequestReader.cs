using System.Globalization;

namespace MtlsTools.Server;

/// <summary>A request that is no HTTP, or larger than allowed; the status is what the client is told.</summary>
internal sealed class MalformedRequestException(int status, string message) : Exception(message)
{
    internal int Status { get; } = status;
}

/// <summary>Reads the HTTP/1.1 requests of a connection, one after another, bounded.</summary>
/// <param name="stream">Where they come from.</param>
/// <param name="maximumBody">How large a body may be.</param>
internal sealed class HttpRequestReader(Stream stream, int maximumBody = HttpRequestReader.MaximumBody)
{
    private const int MaximumHead = 16 * 1024;
    private const int MaximumBody = 1024 * 1024;

    private readonly byte[] buffer = new byte[MaximumHead];
    private int filled;

    /// <summary>The next request; null when the client closed without one.</summary>
    /// <param name="takesBody">Whether its body is wanted; when not, it is neither read nor limited.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MalformedRequestException">It is too large or no HTTP.</exception>
    internal async Task<ServerRequest?> ReadAsync(bool takesBody, CancellationToken cancellation)
    {
        int length;
        while ((length = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (filled == buffer.Length)
                throw new MalformedRequestException(400, $"The request's head is larger than {MaximumHead / 1024} KiB.");
            var count = await stream.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
            if (count == 0)
                return filled == 0 ? null : throw new MalformedRequestException(400, "The request ended before its head was whole.");
            filled += count;
        }

        var request = Parse(System.Text.Encoding.Latin1.GetString(buffer, 0, length));
        Take(length + 4);
        return takesBody ? request with { RawBody = await ReadBodyAsync(request, cancellation).ConfigureAwait(false) } : request;
    }

    private async Task<byte[]> ReadBodyAsync(ServerRequest request, CancellationToken cancellation)
    {
        if (request.Headers.ContainsKey("Transfer-Encoding"))
            throw new MalformedRequestException(411, "The request's body comes in chunks, which this server does not read. Send Content-Length.");
        if (!request.Headers.TryGetValue("Content-Length", out var text))
            return [];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > maximumBody)
            throw new MalformedRequestException(413, $"The request's body has the length '{text}'; up to {maximumBody / 1024} KiB are read.");
        var body = new byte[length];
        var begun = Math.Min(filled, length);
        buffer.AsSpan(0, begun).CopyTo(body);
        Take(begun);
        if (begun < length && request.Headers.TryGetValue("Expect", out var expected) && expected.Equals("100-continue", StringComparison.OrdinalIgnoreCase))
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellation).ConfigureAwait(false);
        await stream.ReadExactlyAsync(body.AsMemory(begun), cancellation).ConfigureAwait(false);
        return body;
    }

    /// <summary>What follows is the beginning of the next request.</summary>
    private void Take(int count)
    {
        filled -= count;
        buffer.AsSpan(count, filled).CopyTo(buffer);
    }

    private static ServerRequest Parse(string head)
    {
        var lines = head.Split("\r\n");
        var parts = lines[0].Split(' ');
        if (parts.Length != 3 || parts[0].Length == 0 || !parts[1].StartsWith('/') || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
            throw new MalformedRequestException(400, "The request is no HTTP/1.1.");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
                throw new MalformedRequestException(400, "The request has a header without a name.");
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }

        var connection = headers.GetValueOrDefault("Connection", "");
        var staysOpen = parts[2] == "HTTP/1.0" ? connection.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) : !connection.Contains("close", StringComparison.OrdinalIgnoreCase);
        return new ServerRequest { Method = parts[0], Path = parts[1], Headers = headers, StaysOpen = staysOpen };
    }
}

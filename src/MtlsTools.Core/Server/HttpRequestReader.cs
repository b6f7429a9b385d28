namespace MtlsTools.Server;

/// <summary>A request's first line.</summary>
internal sealed record HttpRequestLine(string Method, string Path);

/// <summary>Reads the head of an HTTP/1.1 request, bounded; a body is neither wanted nor read.</summary>
internal static class HttpRequestReader
{
    private const int MaximumHead = 16 * 1024;

    /// <summary>The request line; null when the client closed without one.</summary>
    /// <exception cref="InvalidDataException">The head is too large or no HTTP.</exception>
    internal static async Task<HttpRequestLine?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[MaximumHead];
        for (var filled = 0; ;)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
            if (count == 0)
                return filled == 0 ? null : throw new InvalidDataException("The request ended before its head was whole.");
            filled += count;
            if (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) >= 0)
                return Parse(System.Text.Encoding.Latin1.GetString(buffer, 0, buffer.AsSpan(0, filled).IndexOf("\r\n"u8)));
            if (filled == buffer.Length)
                throw new InvalidDataException($"The request's head is larger than {MaximumHead / 1024} KiB.");
        }
    }

    private static HttpRequestLine Parse(string line)
    {
        var parts = line.Split(' ');
        return parts.Length == 3 && parts[0].Length > 0 && parts[1].StartsWith('/') && parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal)
            ? new HttpRequestLine(parts[0], parts[1])
            : throw new InvalidDataException("The request is no HTTP/1.1.");
    }
}

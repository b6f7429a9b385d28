using System.Globalization;
using System.Security.Cryptography;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>An HTTP answer of the responder.</summary>
/// <param name="Status">The status.</param>
/// <param name="ContentType">The body's media type.</param>
/// <param name="Body">The body.</param>
internal sealed record ResponderReply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>From when on the body holds; with <see cref="NextUpdate"/> it may be kept by caches (RFC 5019, 6.2).</summary>
    internal DateTimeOffset? ThisUpdate { get; init; }

    internal DateTimeOffset? NextUpdate { get; init; }

    internal static ResponderReply Text(int status, string text) => new(status, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Head and body in one piece, so that they leave in one packet.</summary>
    internal byte[] Encode(bool withBody, bool staysOpen, DateTimeOffset now)
    {
        var head = new System.Text.StringBuilder(256);
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {Phrase}\r\nContent-Type: {ContentType}\r\nContent-Length: {Body.Length}\r\nDate: {now:r}\r\n");
        if (ThisUpdate is { } from && NextUpdate is { } until && until > now)
            head.Append(CultureInfo.InvariantCulture, $"Cache-Control: max-age={(long)(until - now).TotalSeconds}, public, no-transform, must-revalidate\r\nLast-Modified: {from:r}\r\nExpires: {until:r}\r\nETag: \"{Convert.ToHexString(SHA256.HashData(Body.Span).AsSpan(0, 16))}\"\r\n");
        else
            head.Append("Cache-Control: no-store\r\n");
        if (Status == 405)
            head.Append("Allow: GET, HEAD, POST\r\n");
        head.Append(staysOpen ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
        var encoded = new byte[head.Length + (withBody ? Body.Length : 0)];
        System.Text.Encoding.Latin1.GetBytes(head.ToString(), encoded);
        if (withBody)
            Body.CopyTo(encoded.AsMemory(head.Length));
        return encoded;
    }

    private string Phrase => Status switch
    {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        411 => "Length Required",
        413 => "Content Too Large",
        _ => "Error",
    };
}

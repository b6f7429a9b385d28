using System.Globalization;
using System.Security.Cryptography;
using MtlsTools.Connections.Application;
using MtlsTools.Encoding;

namespace MtlsTools.Connections.Preamble;

/// <summary>A way through an HTTP proxy (RFC 9110, 9.3.6).</summary>
internal static class ProxyTunnel
{
    private const int MaximumAnswer = 16 * 1024;

    /// <exception cref="PreambleException">The proxy does not open the way.</exception>
    internal static async Task OpenAsync(Stream stream, ConnectionTarget target, ProxyOptions proxy, CancellationToken cancellation)
    {
        var request = Request(target, proxy);
        try
        {
            await stream.WriteAsync(request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(request);
        }

        var answer = await stream.HearUntilAsync(IsComplete, MaximumAnswer, cancellation).ConfigureAwait(false);
        var line = answer.Split('\r', '\n')[0];
        if (HttpProtocol.ParseStatus(line) is not { } status)
            throw new PreambleException(PreambleFault.NotSpoken, line);
        if (status is < 200 or > 299)
            throw new PreambleException(PreambleFault.Refused, line) { Status = status };
    }

    private static bool IsComplete(string text) =>
        text.EndsWith("\r\n\r\n", StringComparison.Ordinal) || text.EndsWith("\n\n", StringComparison.Ordinal) || !text.StartsWith("HTTP/1.", StringComparison.Ordinal);

    private static byte[] Request(ConnectionTarget target, ProxyOptions proxy)
    {
        var begin = System.Text.Encoding.ASCII.GetBytes($"CONNECT {target.Uri.IdnHostAndPort()} HTTP/1.1\r\nHost: {target.Uri.IdnHostAndPort()}\r\nUser-Agent: MtlsTools\r\n");
        if (proxy.Credential is not { } credential)
            return [.. begin, .. "\r\n"u8];
        var plain = SecretText.Use(credential.SecurePassword, secret =>
        {
            var bytes = new byte[System.Text.Encoding.UTF8.GetByteCount(credential.UserName) + 1 + System.Text.Encoding.UTF8.GetByteCount(secret)];
            var name = System.Text.Encoding.UTF8.GetBytes(credential.UserName, bytes);
            bytes[name] = (byte)':';
            System.Text.Encoding.UTF8.GetBytes(secret, bytes.AsSpan(name + 1));
            return bytes;
        });
        var encoded = new byte[System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(plain.Length)];
        try
        {
            System.Buffers.Text.Base64.EncodeToUtf8(plain, encoded, out _, out _);
            return [.. begin, .. "Proxy-Authorization: Basic "u8, .. encoded, .. "\r\n\r\n"u8];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    private static string IdnHostAndPort(this Uri uri) => string.Create(CultureInfo.InvariantCulture, $"{(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost)}:{uri.Port}");
}

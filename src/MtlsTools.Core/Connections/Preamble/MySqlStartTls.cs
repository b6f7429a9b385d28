using System.Buffers.Binary;

namespace MtlsTools.Connections.Preamble;

/// <summary>MySQL and MariaDB (Connection Phase, SSLRequest).</summary>
internal sealed class MySqlStartTls : IStartTls
{
    /// <summary>LONG_PASSWORD, PROTOCOL_41, SSL, SECURE_CONNECTION, PLUGIN_AUTH.</summary>
    internal const uint Capabilities = 0x0001 | 0x0200 | Ssl | 0x8000 | 0x80000;
    private const int Ssl = 0x0800;
    private const int ProtocolVersion = 10;
    private const int MaximumGreeting = 4 * 1024;
    private const int FixedPart = 32;

    public int Port => 3306;

    public async Task BeginAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var header = await stream.HearBytesAsync(4, cancellation).ConfigureAwait(false);
        var length = header[0] | (header[1] << 8) | (header[2] << 16);
        if (length is 0 or > MaximumGreeting || header[3] != 0)
            throw new PreambleException(PreambleFault.NotSpoken, System.Text.Encoding.Latin1.GetString(header));
        var greeting = await stream.HearBytesAsync(length, cancellation).ConfigureAwait(false);
        if (greeting[0] == 0xFF)
            throw new PreambleException(PreambleFault.Refused, System.Text.Encoding.UTF8.GetString(greeting.AsSpan(Math.Min(3, length))));

        // Version text up to a zero, connection id (4), challenge (8), a zero, then what it is capable of.
        var end = Array.IndexOf(greeting, (byte)0, 1);
        if (greeting[0] != ProtocolVersion || end < 0 || end + 16 > length)
            throw new PreambleException(PreambleFault.NotSpoken, System.Text.Encoding.Latin1.GetString(greeting));
        if ((BinaryPrimitives.ReadUInt16LittleEndian(greeting.AsSpan(end + 14)) & Ssl) == 0)
            throw new PreambleException(PreambleFault.NotOffered, System.Text.Encoding.ASCII.GetString(greeting, 1, end - 1));
        await stream.WriteAsync(Packet(1, BeginResponse()), cancellation).ConfigureAwait(false);
    }

    /// <summary>The part that stands in the request for TLS and again in the log-in that follows: capabilities, greatest packet, character set, 23 zeros.</summary>
    internal static byte[] BeginResponse()
    {
        var response = new byte[FixedPart];
        BinaryPrimitives.WriteUInt32LittleEndian(response, Capabilities);
        BinaryPrimitives.WriteUInt32LittleEndian(response.AsSpan(4), 1 << 24);
        response[8] = 45; // utf8mb4
        return response;
    }

    internal static byte[] Packet(byte number, byte[] content) => [(byte)content.Length, (byte)(content.Length >> 8), (byte)(content.Length >> 16), number, .. content];
}

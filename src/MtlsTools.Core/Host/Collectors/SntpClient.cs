using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MtlsTools.Host;

/// <summary>One question to a time server (SNTP version 4: RFC 5905, 14).</summary>
internal static class SntpClient
{
    private const int Length = 48;

    /// <summary>How far this machine's clock is ahead.</summary>
    /// <exception cref="SocketException">The server can not be reached.</exception>
    /// <exception cref="InvalidDataException">Its answer can not be used.</exception>
    internal static async Task<TimeSpan> MeasureAsync(string host, int port, TimeProvider clock, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
        using var socket = new UdpClient(addresses[0].AddressFamily);
        socket.Connect(addresses[0], port);
        var question = new byte[Length];
        question[0] = 0b00_100_011; // no warning, version 4, client

        // The answer repeats the transmit timestamp. It need not be a time, and a random one can not be guessed by others.
        RandomNumberGenerator.Fill(question.AsSpan(40));
        var sent = clock.GetUtcNow();
        var watch = clock.GetTimestamp();
        await socket.SendAsync(question, cancellation).ConfigureAwait(false);
        while (true)
        {
            var answer = (await socket.ReceiveAsync(cancellation).ConfigureAwait(false)).Buffer;
            var received = sent + clock.GetElapsedTime(watch);
            if (answer.Length >= Length && answer.AsSpan(24, 8).SequenceEqual(question.AsSpan(40)))
                return Ahead(answer, sent, received);
        }
    }

    /// <summary>The client's clock minus the server's, from the four times of an exchange.</summary>
    /// <exception cref="InvalidDataException">The answer is none, or the server's own clock is not set.</exception>
    internal static TimeSpan Ahead(ReadOnlySpan<byte> answer, DateTimeOffset sent, DateTimeOffset received)
    {
        var (leap, mode, stratum) = (answer[0] >> 6, answer[0] & 7, answer[1]);
        if (mode != 4)
            throw new InvalidDataException("the answer is not one of a time server");
        if (stratum == 0)
            throw new InvalidDataException($"the server refuses to tell the time (code {System.Text.Encoding.ASCII.GetString(answer.Slice(12, 4))})");
        if (leap == 3 || stratum > 15)
            throw new InvalidDataException("the server says that its own clock is not set");
        var (arrived, left) = (Time(answer[32..]), Time(answer[40..]));
        return -(((arrived - sent) + (left - received)) / 2);
    }

    /// <summary>Seconds since 1900 with 32 bits of fraction; from 2036 on the count begins anew.</summary>
    private static DateTimeOffset Time(ReadOnlySpan<byte> timestamp)
    {
        var (seconds, fraction) = (BinaryPrimitives.ReadUInt32BigEndian(timestamp), BinaryPrimitives.ReadUInt32BigEndian(timestamp[4..]));
        var epoch = (seconds & 0x8000_0000) != 0 ? new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero) : new DateTimeOffset(2036, 2, 7, 6, 28, 16, TimeSpan.Zero);
        return epoch.AddSeconds(seconds).AddTicks((long)((ulong)fraction * TimeSpan.TicksPerSecond >> 32));
    }
}

using System.Buffers.Binary;
using System.Globalization;
using MtlsTools.Connections.Preamble;

namespace MtlsTools.Connections.Application;

/// <summary>MySQL: a log-in without a password, and what the server says to it. It follows a request for TLS, which was packet 1.</summary>
internal sealed class MySqlProtocol(ConnectionTarget target, string? commonName) : IApplicationProtocol
{
    private const int Header = 4;

    public ReadOnlyMemory<byte> Request { get; } = MySqlStartTls.Packet(2,
    [
        .. MySqlStartTls.BeginResponse(),
        .. System.Text.Encoding.UTF8.GetBytes(target.Uri.UserInfo is { Length: > 0 } given ? Uri.UnescapeDataString(given.Split(':')[0]) : commonName ?? "root"),
        0,
        0, // No password.
        .. "mysql_native_password\0"u8,
    ]);

    public AnswerState Look(ReadOnlySpan<byte> answer) => answer.Length > Header && answer.Length >= Header + Length(answer) ? AnswerState.Complete : AnswerState.Begun;

    public ApplicationAnswer Read(ReadOnlySpan<byte> answer)
    {
        if (answer.Length <= Header || answer.Length < Header + Length(answer) || answer[Header] is not (0 or 1 or 0xFE or 0xFF))
            return new ApplicationAnswer { Protocol = "MySQL", IsProper = false };
        var packet = answer.Slice(Header, Length(answer));
        return new ApplicationAnswer
        {
            Protocol = "MySQL",
            Complaint = packet[0] == 0xFF && packet.Length >= 3
                ? string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16LittleEndian(packet[1..])} {System.Text.Encoding.UTF8.GetString(packet[3..])}")
                : null,
        };
    }

    private static int Length(ReadOnlySpan<byte> answer) => answer[0] | (answer[1] << 8) | (answer[2] << 16);
}

using System.Globalization;
using System.Security.Cryptography;

namespace MtlsTools.Connections.Application;

/// <summary>MQTT 3.1.1: CONNECT, and the broker's CONNACK.</summary>
internal sealed class MqttProtocol : IApplicationProtocol
{
    internal const int Port = 8883;
    private const byte Acknowledged = 0x20;

    public ReadOnlyMemory<byte> Request { get; } = Connect();

    public AnswerState Look(ReadOnlySpan<byte> answer) => answer[0] == Acknowledged && answer.Length < 4 ? AnswerState.Begun : AnswerState.Complete;

    public ApplicationAnswer Read(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < 4 || answer[0] != Acknowledged)
            return new ApplicationAnswer { Protocol = "MQTT", IsProper = false };
        var code = answer[3];

        // A broker that speaks version 5 alone answers with that version's codes.
        return new ApplicationAnswer
        {
            Protocol = "MQTT",
            IsRefusal = code is 4 or 5 or 134 or 135,
            Complaint = code == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{NameOf(code)} ({code})"),
        };
    }

    private static byte[] Connect()
    {
        // The broker ends another connection of the same name, so it has to be one of its own.
        var name = System.Text.Encoding.ASCII.GetBytes("mtlstools" + Convert.ToHexString(RandomNumberGenerator.GetBytes(6)));
        byte[] body = [0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, (byte)name.Length, .. name];
        return [0x10, (byte)body.Length, .. body];
    }

    private static string NameOf(byte code) => code switch
    {
        1 or 132 => "unacceptable protocol version",
        2 or 133 => "identifier rejected",
        3 or 136 => "server unavailable",
        4 or 134 => "bad user name or password",
        5 or 135 => "not authorized",
        _ => "refused",
    };
}

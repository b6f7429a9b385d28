namespace MtlsTools.Connections.Application;

/// <summary>A protocol of lines: one harmless command, and the first line of the answer.</summary>
internal sealed class LineProtocol(string name, string command, Func<string, bool> isGood) : IApplicationProtocol
{
    internal static LineProtocol Smtp { get; } = new("SMTP", "EHLO localhost", line => line.StartsWith('2'));

    internal static LineProtocol Ftp { get; } = new("FTP", "FEAT", line => line.StartsWith('2'));

    internal static LineProtocol Imap { get; } = new("IMAP", "a2 CAPABILITY", line => line.StartsWith('*') || line.StartsWith("a2 OK", StringComparison.OrdinalIgnoreCase));

    internal static LineProtocol Pop3 { get; } = new("POP3", "CAPA", line => line.StartsWith("+OK", StringComparison.Ordinal));

    public ReadOnlyMemory<byte> Request { get; } = System.Text.Encoding.ASCII.GetBytes(command + "\r\n");

    public AnswerState Look(ReadOnlySpan<byte> answer) => answer.Contains((byte)'\n') ? AnswerState.Complete : AnswerState.Begun;

    public ApplicationAnswer Read(ReadOnlySpan<byte> answer)
    {
        var line = System.Text.Encoding.Latin1.GetString(answer).Split('\r', '\n')[0];
        return new ApplicationAnswer { Protocol = name, Complaint = line.Length == 0 || isGood(line) ? null : line[..Math.Min(200, line.Length)] };
    }
}

using MtlsTools.Connections.Preamble;

namespace MtlsTools.Connections.Application;

/// <summary>XMPP: the stream begins anew inside TLS.</summary>
internal sealed class XmppProtocol(string host) : IApplicationProtocol
{
    public ReadOnlyMemory<byte> Request { get; } = System.Text.Encoding.UTF8.GetBytes(XmppStartTls.Opening(host));

    public AnswerState Look(ReadOnlySpan<byte> answer)
    {
        var text = System.Text.Encoding.Latin1.GetString(answer);
        return !text.StartsWith('<') || (text.IndexOf("<stream:stream", StringComparison.Ordinal) is >= 0 and var at && text.IndexOf('>', at) >= 0) ? AnswerState.Complete : AnswerState.Begun;
    }

    public ApplicationAnswer Read(ReadOnlySpan<byte> answer)
    {
        var text = System.Text.Encoding.Latin1.GetString(answer);
        return new ApplicationAnswer
        {
            Protocol = "XMPP",
            IsProper = text.Contains("<stream:stream", StringComparison.Ordinal),
            Complaint = text.IndexOf("<stream:error", StringComparison.Ordinal) is >= 0 and var at ? text[at..Math.Min(text.Length, at + 200)] : null,
        };
    }
}

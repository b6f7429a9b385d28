namespace MtlsTools.Connections.Preamble;

/// <summary>SMTP (RFC 3207).</summary>
internal sealed class SmtpStartTls : IStartTls
{
    public int Port => 25;

    public async Task BeginAsync(Stream stream, string host, CancellationToken cancellation)
    {
        Expect(220, await stream.HearReplyAsync(cancellation).ConfigureAwait(false), PreambleFault.Refused);
        await stream.SendAsync("EHLO localhost\r\n", cancellation).ConfigureAwait(false);
        var offer = await stream.HearReplyAsync(cancellation).ConfigureAwait(false);
        Expect(250, offer, PreambleFault.Refused);
        if (!offer.Lines.Any(line => line.Length > 4 && line[4..].Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
            throw new PreambleException(PreambleFault.NotOffered, string.Join(", ", offer.Lines.Skip(1).Select(line => line[Math.Min(4, line.Length)..])));
        await stream.SendAsync("STARTTLS\r\n", cancellation).ConfigureAwait(false);
        Expect(220, await stream.HearReplyAsync(cancellation).ConfigureAwait(false), PreambleFault.Refused);
    }

    internal static void Expect(int code, (int Code, IReadOnlyList<string> Lines) reply, PreambleFault fault)
    {
        if (reply.Code != code)
            throw new PreambleException(fault, reply.Lines[^1]);
    }
}

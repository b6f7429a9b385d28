namespace MtlsTools.Connections.Preamble;

/// <summary>FTP (RFC 4217).</summary>
internal sealed class FtpStartTls : IStartTls
{
    public int Port => 21;

    public async Task BeginAsync(Stream stream, string host, CancellationToken cancellation)
    {
        SmtpStartTls.Expect(220, await stream.HearReplyAsync(cancellation).ConfigureAwait(false), PreambleFault.Refused);
        await stream.SendAsync("AUTH TLS\r\n", cancellation).ConfigureAwait(false);
        var reply = await stream.HearReplyAsync(cancellation).ConfigureAwait(false);
        SmtpStartTls.Expect(234, reply, reply.Code is 500 or 502 or 504 ? PreambleFault.NotOffered : PreambleFault.Refused);
    }
}

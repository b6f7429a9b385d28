namespace MtlsTools.Connections.Preamble;

/// <summary>IMAP (RFC 9051, 6.2.1).</summary>
internal sealed class ImapStartTls : IStartTls
{
    private const int MaximumLines = 200;

    public int Port => 143;

    public async Task BeginAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var greeting = await stream.HearLineAsync(cancellation).ConfigureAwait(false);
        if (!greeting.StartsWith("* OK", StringComparison.OrdinalIgnoreCase))
            throw new PreambleException(greeting.StartsWith("* ", StringComparison.Ordinal) ? PreambleFault.Refused : PreambleFault.NotSpoken, greeting);
        await stream.SendAsync("a1 STARTTLS\r\n", cancellation).ConfigureAwait(false);
        var answer = "";
        for (var lines = 0; lines < MaximumLines && !answer.StartsWith("a1 ", StringComparison.OrdinalIgnoreCase); lines++)
            answer = await stream.HearLineAsync(cancellation).ConfigureAwait(false);
        if (!answer.StartsWith("a1 OK", StringComparison.OrdinalIgnoreCase))
            throw new PreambleException(answer.StartsWith("a1 BAD", StringComparison.OrdinalIgnoreCase) ? PreambleFault.NotOffered : PreambleFault.Refused, answer);
    }
}

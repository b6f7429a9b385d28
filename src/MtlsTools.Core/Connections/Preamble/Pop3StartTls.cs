namespace MtlsTools.Connections.Preamble;

/// <summary>POP3 (RFC 2595).</summary>
internal sealed class Pop3StartTls : IStartTls
{
    public int Port => 110;

    public async Task BeginAsync(Stream stream, string host, CancellationToken cancellation)
    {
        var greeting = await stream.HearLineAsync(cancellation).ConfigureAwait(false);
        if (!IsOk(greeting))
            throw new PreambleException(greeting.StartsWith("-ERR", StringComparison.Ordinal) ? PreambleFault.Refused : PreambleFault.NotSpoken, greeting);
        await stream.SendAsync("STLS\r\n", cancellation).ConfigureAwait(false);
        var answer = await stream.HearLineAsync(cancellation).ConfigureAwait(false);
        if (!IsOk(answer))
            throw new PreambleException(PreambleFault.NotOffered, answer);
    }

    private static bool IsOk(string line) => line.StartsWith("+OK", StringComparison.Ordinal);
}

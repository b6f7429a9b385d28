namespace MtlsTools.Connections.Preamble;

/// <summary>PostgreSQL (Frontend/Backend Protocol, SSLRequest).</summary>
internal sealed class PostgreSqlStartTls : IStartTls
{
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 4, 210, 22, 47];

    public int Port => 5432;

    public async Task BeginAsync(Stream stream, string host, CancellationToken cancellation)
    {
        await stream.WriteAsync(SslRequest, cancellation).ConfigureAwait(false);
        var answer = (char)(await stream.HearBytesAsync(1, cancellation).ConfigureAwait(false))[0];
        if (answer != 'S')
            throw new PreambleException(answer switch { 'N' => PreambleFault.NotOffered, 'E' => PreambleFault.Refused, _ => PreambleFault.NotSpoken }, answer.ToString());
    }
}

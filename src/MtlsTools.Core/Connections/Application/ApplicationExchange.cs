namespace MtlsTools.Connections.Application;

/// <summary>One request with a bounded answer: a server that never ends its answer is cut off, not waited for.</summary>
internal static class ApplicationExchange
{
    private const int MaximumAnswer = 32 * 1024;

    /// <summary>How long a server may keep quiet where that is allowed.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    /// <summary>How long is waited for the reason, once the verdict is clear.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2);

    internal static async Task<ApplicationAnswer> AskAsync(Stream stream, IApplicationProtocol protocol, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (protocol.Request.Length > 0)
        {
            await stream.WriteAsync(protocol.Request, limit.Token).ConfigureAwait(false);
            await stream.FlushAsync(limit.Token).ConfigureAwait(false);
        }

        if (protocol.MayBeSilent)
            limit.CancelAfter(Quiet);
        var buffer = new byte[MaximumAnswer];
        var filled = 0;
        var state = AnswerState.Begun;
        while (filled < buffer.Length && state != AnswerState.Complete)
        {
            int count;
            try
            {
                count = await stream.ReadAsync(buffer.AsMemory(filled), limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (filled > 0 || protocol.MayBeSilent)
            {
                break; // Silence that is allowed, a reason that does not come, or an answer that is too slow.
            }
            catch (IOException) when (filled > 0)
            {
                break; // What came before the connection broke is the answer.
            }

            if (count == 0)
                return Read(protocol, buffer.AsSpan(0, filled), state);
            filled += count;
            var before = state;
            state = protocol.Look(buffer.AsSpan(0, filled));
            if (before == AnswerState.Begun && state == AnswerState.Judgeable)
                limit.CancelAfter(Afterwards);
        }

        return Read(protocol, buffer.AsSpan(0, filled), state) with { StayedOpen = filled == 0 };
    }

    private static ApplicationAnswer Read(IApplicationProtocol protocol, ReadOnlySpan<byte> answer, AnswerState state) => protocol.Read(answer) with
    {
        Start = System.Text.Encoding.Latin1.GetString(answer),
        IsIncomplete = answer.Length > 0 && state == AnswerState.Begun,
    };
}

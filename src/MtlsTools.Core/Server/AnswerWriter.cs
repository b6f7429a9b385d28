using System.Globalization;
using System.Net;
using System.Net.Security;

namespace MtlsTools.Server;

/// <summary>Writes an answer to a client, as it should be or as the scenario has it.</summary>
internal sealed class AnswerWriter(SslStream tls, ServerScenario scenario)
{
    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(100);

    internal async Task WriteAsync(ServerAnswer answer, bool withBody, CancellationToken cancellation)
    {
        await tls.WriteAsync(System.Text.Encoding.Latin1.GetBytes(Head(answer)), cancellation).ConfigureAwait(false);
        if (withBody)
            await WriteBodyAsync(answer.Body, cancellation).ConfigureAwait(false);
        if (scenario != ServerScenario.TruncatedAnswer)
            await tls.ShutdownAsync().ConfigureAwait(false);
    }

    private async Task WriteBodyAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (scenario == ServerScenario.TruncatedAnswer)
            body = body[..(body.Length / 2)];
        if (scenario != ServerScenario.Slow)
        {
            await tls.WriteAsync(body, cancellation).ConfigureAwait(false);
            return;
        }

        for (var i = 0; i < body.Length; i++)
        {
            await tls.WriteAsync(body.Slice(i, 1), cancellation).ConfigureAwait(false);
            await Task.Delay(Drip, cancellation).ConfigureAwait(false);
        }
    }

    private static string Head(ServerAnswer answer)
    {
        var head = new System.Text.StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {(HttpStatusCode)answer.Status}\r\nContent-Type: {Clean(answer.ContentType)}\r\nContent-Length: {answer.Body.Length}\r\n");
        foreach (var (name, value) in answer.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{Clean(name)}: {Clean(value)}\r\n");
        return head.Append("Connection: close\r\n\r\n").ToString();
    }

    /// <summary>A line break in what a handler gives would begin another header.</summary>
    private static string Clean(string text) => text.ReplaceLineEndings(" ");
}

using System.Net.Sockets;
using MtlsTools.Server;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>Serves one connection, request after request, as long as the client keeps it.</summary>
internal sealed class ResponderConnection(Socket socket, ResponderRoutes routes, ResponderOptions options)
{
    /// <summary>A hundred certificates by SHA-512, with room.</summary>
    private const int LargestRequest = 64 * 1024;

    internal async Task RunAsync(CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var reader = new HttpRequestReader(stream, LargestRequest);
            do
            {
                limit.CancelAfter(options.Timeout);
            }
            while (await ServeAsync(reader, stream, limit.Token).ConfigureAwait(false));
            await ServerSocket.LetTheClientReadAsync(socket, limit.Token).ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Too slow, gone, or stopped: nobody is there to be told.
        }
    }

    /// <summary>Answers one request; false when it was the last.</summary>
    private async Task<bool> ServeAsync(HttpRequestReader reader, NetworkStream stream, CancellationToken cancellation)
    {
        ServerRequest? request = null;
        ResponderReply reply;
        try
        {
            request = await reader.ReadAsync(takesBody: true, cancellation).ConfigureAwait(false);
            if (request is null)
                return false;
            reply = routes.Answer(request);
        }
        catch (MalformedRequestException malformed)
        {
            reply = ResponderReply.Text(malformed.Status, malformed.Message + "\n");
        }

        var staysOpen = request is { StaysOpen: true };
        await stream.WriteAsync(reply.Encode(request?.Method != "HEAD", staysOpen, options.Clock.GetUtcNow()), cancellation).ConfigureAwait(false);
        return staysOpen;
    }
}

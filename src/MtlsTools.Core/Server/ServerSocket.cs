using System.Net;
using System.Net.Sockets;

namespace MtlsTools.Server;

/// <summary>The socket that a server listens on.</summary>
internal static class ServerSocket
{
    private const int Backlog = 512;

    /// <exception cref="ServerException">The port is taken, or the address is not this machine's.</exception>
    internal static Socket Listen(IPAddress address, int port)
    {
        Socket? listener = null;
        try
        {
            listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen(Backlog);
            return listener;
        }
        catch (SocketException failed)
        {
            listener?.Dispose();
            throw failed.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new ServerException(ErrorCode.PortInUse, $"Port {port} on {address} is taken by another program. Choose another, or 0 for a free one.", failed),
                SocketError.AccessDenied => new ServerException(ErrorCode.AddressNotAvailable, $"This account may not listen on port {port}: ports below 1024 are reserved. Choose another, or 0 for a free one.", failed),
                _ => new ServerException(ErrorCode.AddressNotAvailable, $"{address} can not be listened on ({failed.SocketErrorCode}). Use an address of this machine.", failed),
            };
        }
    }

    /// <summary>The next client.</summary>
    /// <param name="listener">Where it comes.</param>
    /// <param name="isRunning">Whether the server still wants clients.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<Socket> AcceptAsync(Socket listener, Func<bool> isRunning, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await listener.AcceptAsync(cancellation).ConfigureAwait(false);
            }
            catch (SocketException) when (isRunning())
            {
                // The client went away between knocking and entering, or descriptors ran short: the next one may fare better.
                await Task.Delay(10, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Closing over unread data resets the connection and may destroy what the client has not read yet; an orderly end first, then the rest is drained.</summary>
    internal static async Task LetTheClientReadAsync(Socket socket, CancellationToken cancellation)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            using var brief = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            brief.CancelAfter(TimeSpan.FromMilliseconds(500));
            var rest = new byte[64 * 1024];
            for (var i = 0; i < 16 && await socket.ReceiveAsync(rest, SocketFlags.None, brief.Token).ConfigureAwait(false) > 0; i++)
            {
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone already, which is what the end of a refusal looks like.
        }
    }

    /// <summary>The address by which clients of this machine reach a server, as URLs have it.</summary>
    internal static string FormatAddress(IPAddress address)
    {
        var reached = address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
        return reached.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{reached}]" : reached.ToString();
    }
}

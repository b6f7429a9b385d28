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
}

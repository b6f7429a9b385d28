using System.Net;
using System.Net.Sockets;

namespace MtlsTools.Tests.Support;

/// <summary>Ports of this machine.</summary>
public static class Loopback
{
    /// <summary>Ports that were free a moment ago; another program may take one before its user does.</summary>
    public static int[] FreePorts(int count)
    {
        var held = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        held.ForEach(one => one.Start());
        var ports = held.Select(one => ((IPEndPoint)one.LocalEndpoint).Port).ToArray();
        held.ForEach(one => one.Stop());
        return ports;
    }

    /// <summary>Whether something listens there.</summary>
    public static bool Accepts(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using MtlsTools.Connections;

namespace MtlsTools.Tests.Support;

/// <summary>A listener whose queue is full: the system drops every further connection.</summary>
public sealed class FullListener : IDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> waiting = [];

    public FullListener(IPEndPoint? at = null)
    {
        listener.Bind(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        for (var i = 0; i < 4; i++)
        {
            var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _ = one.ConnectAsync(listener.LocalEndPoint!).ContinueWith(done => done.Exception, TaskScheduler.Default);
            waiting.Add(one);
        }
    }

    public ConnectionTarget Target => ConnectionTarget.Parse(listener.LocalEndPoint!.ToString()!);

    public void Dispose()
    {
        waiting.ForEach(one => one.Dispose());
        listener.Dispose();
    }
}

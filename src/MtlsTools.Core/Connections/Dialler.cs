using System.Net;
using System.Net.Sockets;

namespace MtlsTools.Connections;

/// <summary>From a name to a connection.</summary>
internal static class Dialler
{
    /// <summary>How long one address may keep the next one waiting (RFC 8305, 8).</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>The addresses of a name, in the system's order.</summary>
    /// <exception cref="SocketException">There is none.</exception>
    internal static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return Dns.GetHostAddresses(host); // The system knows this one without asking anybody.

        // The system's look-up can not be stopped and may take long. On a thread of its own it keeps neither the caller nor the thread pool, and with it everybody's timers.
        var looking = Task.Factory.StartNew(() => Dns.GetHostAddresses(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var addresses = await looking.WaitAsync(cancellation).ConfigureAwait(false);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
    }

    /// <summary>Tries the addresses in order, the next one as soon as one has failed or keeps silent; the first connection counts, and when there is none, the last failure.</summary>
    /// <exception cref="SocketException">No address can be reached.</exception>
    internal static async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        if (addresses.Length == 1)
            return await ConnectAsync(addresses[0], port, cancellation).ConfigureAwait(false);
        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var trying = new List<Task<Socket>>();
        try
        {
            for (var next = 0; ;)
            {
                if (next < addresses.Length)
                    trying.Add(ConnectAsync(addresses[next++], port, decided.Token));
                var first = await FirstAsync(trying, next < addresses.Length ? HeadStart : Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
                if (first is null)
                    continue;
                trying.Remove(first);
                if (first.IsCompletedSuccessfully || (trying.Count == 0 && next == addresses.Length))
                    return await first.ConfigureAwait(false);
            }
        }
        finally
        {
            await decided.CancelAsync().ConfigureAwait(false);
            foreach (var late in trying)
                _ = late.ContinueWith(done => done.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    private static async Task<Task<Socket>?> FirstAsync(List<Task<Socket>> trying, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            return await Task.WhenAny(trying).WaitAsync(patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

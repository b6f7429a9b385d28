using System.Threading.Channels;

namespace MtlsTools.Server;

/// <summary>The newest connections of a server; older ones make room, so that a server that runs for weeks does not grow.</summary>
internal sealed class ConnectionLog
{
    private const int Capacity = 1000;

    private readonly Queue<ServerConnection> newest = new(Capacity);
    private readonly Channel<ServerConnection> unread = Channel.CreateBounded<ServerConnection>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });
    private long accepted;
    private long refused;

    internal long Accepted => Interlocked.Read(ref accepted);

    internal long Refused => Interlocked.Read(ref refused);

    /// <summary>The connections that nobody has taken yet; ends with the server.</summary>
    internal ChannelReader<ServerConnection> Unread => unread.Reader;

    internal void Add(ServerConnection connection)
    {
        if (connection.Accepted)
            Interlocked.Increment(ref accepted);
        else
            Interlocked.Increment(ref refused);
        lock (newest)
        {
            if (newest.Count == Capacity)
                newest.Dequeue();
            newest.Enqueue(connection);
        }

        unread.Writer.TryWrite(connection);
    }

    /// <summary>No more will come.</summary>
    internal void End() => unread.Writer.TryComplete();

    internal IReadOnlyList<ServerConnection> Snapshot()
    {
        // They come in as they end; people want to read them as they began.
        lock (newest)
            return newest.OrderBy(connection => connection.Time).ToArray();
    }
}

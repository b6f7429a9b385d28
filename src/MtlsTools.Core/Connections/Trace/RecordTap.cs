using System.Diagnostics;

namespace MtlsTools.Connections.Trace;

/// <summary>Takes the octets that pass in one or the other direction.</summary>
internal interface IWireTap
{
    void Observe(TraceSide from, ReadOnlySpan<byte> data);
}

/// <summary>One TLS record, with its header.</summary>
internal sealed record WireRecord(TraceSide From, TimeSpan Time, byte[] Bytes)
{
    internal const int HeaderLength = 5;
    internal const int ChangeCipherSpec = 20, Alert = 21, Handshake = 22, ApplicationData = 23;

    internal int Type => Bytes[0];

    internal ReadOnlySpan<byte> Header => Bytes.AsSpan(0, HeaderLength);

    internal ReadOnlySpan<byte> Content => Bytes.AsSpan(HeaderLength);
}

/// <summary>Cuts both directions of a connection into records as they pass, and keeps them up to a limit.</summary>
internal sealed class RecordTap : IWireTap
{
    private const int MaximumOctets = 2 * 1024 * 1024;
    private const int MaximumRecords = 2000;

    private readonly long begin = Stopwatch.GetTimestamp();
    private readonly List<byte>[] partial = [[], []];
    private readonly List<WireRecord> records = [];
    private int kept;

    /// <summary>Whether records were left out, because there were too many.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>Whether the server's octets are no TLS records.</summary>
    internal bool IsNotTls { get; private set; }

    /// <summary>The records, in the order in which they were complete here.</summary>
    internal IReadOnlyList<WireRecord> Records
    {
        get
        {
            lock (records)
                return records.ToArray();
        }
    }

    /// <summary>How long the connection has lasted.</summary>
    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(begin);

    public void Observe(TraceSide from, ReadOnlySpan<byte> data)
    {
        lock (records)
        {
            var pending = partial[(int)from];
            if (IsNotTls || (IsCut |= kept + pending.Count + data.Length > MaximumOctets || records.Count >= MaximumRecords))
                return;
            pending.AddRange(data);
            Cut(from, pending);
        }
    }

    private void Cut(TraceSide from, List<byte> pending)
    {
        while (pending.Count >= WireRecord.HeaderLength)
        {
            if (pending[0] is < WireRecord.ChangeCipherSpec or > WireRecord.ApplicationData || pending[1] != 3)
            {
                IsNotTls = true;
                return;
            }

            var length = WireRecord.HeaderLength + (pending[3] << 8 | pending[4]);
            if (pending.Count < length)
                return;
            records.Add(new WireRecord(from, Elapsed, pending.GetRange(0, length).ToArray()));
            pending.RemoveRange(0, length);
            kept += length;
        }
    }
}

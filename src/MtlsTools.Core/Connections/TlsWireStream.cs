using MtlsTools.Connections.Trace;

namespace MtlsTools.Connections;

/// <summary>Lets TLS records pass and notes what they show: the platform keeps to itself what a server asked for and whether a certificate really went out.</summary>
/// <param name="inner">Where they go.</param>
/// <param name="tap">Who else wants to see them, or null.</param>
internal sealed class TlsWireStream(Stream inner, IWireTap? tap = null) : Stream
{
    /// <summary>A client's last TLS 1.3 flight with an empty certificate message takes about a hundred bytes, one with a certificate and its proof at least four hundred.</summary>
    private const int FlightWithCertificate = 256;

    /// <summary>What the server sent.</summary>
    internal TlsRecordReader Received { get; } = new();

    /// <summary>What the client sent.</summary>
    internal TlsRecordReader Sent { get; } = new();

    /// <summary>Whether the other side ended the connection.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Whether a client certificate went out until now: under TLS 1.2 that is seen, under TLS 1.3 told by the size. To be asked before the request is sent.</summary>
    internal bool ShowsClientCertificate => Received.Handshake.IsComplete ? Sent.Handshake.Certificates.Count > 0 : Sent.ApplicationBytes > FlightWithCertificate;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = 0;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            HasEnded |= count == 0 && buffer.Length > 0;
        }

        Note(TraceSide.Server, buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        HasEnded |= read == 0 && count > 0;
        Note(TraceSide.Server, buffer.AsSpan(offset, read));
        return read;
    }

    /// <summary>A server that refuses a client closes while this side still writes. What it said before can be read all the same, and the read tells of the end as well.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Note(TraceSide.Client, buffer.Span);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            HasEnded = true;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Note(TraceSide.Client, buffer.AsSpan(offset, count));
        inner.Write(buffer, offset, count);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Note(TraceSide from, ReadOnlySpan<byte> data)
    {
        (from == TraceSide.Client ? Sent : Received).Observe(data);
        tap?.Observe(from, data);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}

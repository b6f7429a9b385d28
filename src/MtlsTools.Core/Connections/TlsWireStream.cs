namespace MtlsTools.Connections;

/// <summary>Lets TLS records pass and notes what they show in the clear: whether the other side speaks TLS at all, and an alert before encryption begins.</summary>
internal sealed class TlsWireStream(Stream inner) : Stream
{
    private const int ChangeCipherSpec = 20, Alert = 21, ApplicationData = 23;

    private readonly byte[] header = new byte[7];
    private int headerFilled;
    private int recordLeft;
    private bool encrypted;

    /// <summary>The alert that came in the clear, or null.</summary>
    internal int? PlainAlert { get; private set; }

    /// <summary>False once the first bytes proved to be no TLS record.</summary>
    internal bool SpeaksTls { get; private set; } = true;

    /// <summary>Whether anything came at all.</summary>
    internal bool ReceivedAnything { get; private set; }

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
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Observe(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Observe(buffer.AsSpan(offset, read));
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Walks the records' five-byte headers; of an alert record in the clear also its two bytes.</summary>
    private void Observe(ReadOnlySpan<byte> data)
    {
        ReceivedAnything |= data.Length > 0;
        while (data.Length > 0 && SpeaksTls && !encrypted)
        {
            if (recordLeft > 0)
            {
                var skip = Math.Min(recordLeft, data.Length);
                recordLeft -= skip;
                data = data[skip..];
                continue;
            }

            header[headerFilled++] = data[0];
            data = data[1..];
            if (headerFilled == 2 && (header[0] is < ChangeCipherSpec or > ApplicationData || header[1] != 3))
                SpeaksTls = false;
            else if (headerFilled == 5)
                BeginRecord();
            else if (headerFilled == header.Length)
                EndAlert();
        }
    }

    private void BeginRecord()
    {
        var length = (header[3] << 8) | header[4];
        if (header[0] == Alert && length == 2)
            return;
        encrypted = header[0] is ChangeCipherSpec or ApplicationData;
        recordLeft = length;
        headerFilled = 0;
    }

    private void EndAlert()
    {
        PlainAlert = header[6];
        headerFilled = 0;
    }
}

namespace MtlsTools.Connections;

/// <summary>Walks the TLS records of one direction as they pass, and notes what they show in the clear.</summary>
internal sealed class TlsRecordReader
{
    private const int ChangeCipherSpec = 20, AlertRecord = 21, HandshakeRecord = 22, ApplicationData = 23;

    private const byte Fatal = 2;

    private readonly byte[] header = new byte[7];
    private int headerFilled;
    private int recordLeft;
    private bool encrypted;
    private bool isOver;

    /// <summary>The alert that came in the clear, or null.</summary>
    internal int? Alert { get; private set; }

    /// <summary>The handshake messages that came in the clear.</summary>
    internal PlainHandshake Handshake { get; } = new();

    /// <summary>False once the bytes proved to be no TLS records.</summary>
    internal bool IsTls { get; private set; } = true;

    /// <summary>How much came in application data records, which under TLS 1.3 carry the encrypted part of the handshake as well.</summary>
    internal long ApplicationBytes { get; private set; }

    /// <summary>Takes bytes in any pieces: the records' five-byte headers, of an alert in the clear also its two bytes.</summary>
    internal void Observe(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0 && IsTls)
        {
            if (recordLeft > 0)
            {
                var part = data[..Math.Min(recordLeft, data.Length)];
                if (header[0] == HandshakeRecord && !encrypted)
                    Handshake.Add(part);
                recordLeft -= part.Length;
                data = data[part.Length..];
                continue;
            }

            header[headerFilled++] = data[0];
            data = data[1..];
            if (headerFilled == 2 && (header[0] is < ChangeCipherSpec or > ApplicationData || header[1] != 3))
                IsTls = false;
            else if (headerFilled == 5)
                BeginRecord();
            else if (headerFilled == header.Length)
                EndAlert();
        }
    }

    private void BeginRecord()
    {
        var length = (header[3] << 8) | header[4];
        if (header[0] == AlertRecord && length == 2 && !encrypted)
            return;
        encrypted |= header[0] is ChangeCipherSpec or ApplicationData;
        if (header[0] == ApplicationData)
            ApplicationBytes += length;
        recordLeft = length;
        headerFilled = 0;
    }

    /// <summary>The first fatal alert ends the connection; GnuTLS sends another one after it.</summary>
    private void EndAlert()
    {
        if (!isOver)
            Alert = header[6];
        isOver |= header[5] == Fatal;
        headerFilled = 0;
    }
}

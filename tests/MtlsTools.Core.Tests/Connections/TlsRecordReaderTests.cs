using MtlsTools.Connections;

namespace MtlsTools.Tests.Connections;

/// <summary>What the wire shows is read from any pieces, and nonsense on it is no error here.</summary>
public sealed class TlsRecordReaderTests
{
    private static readonly byte[] Name = [0x30, 0x03, 0x01, 0x02, 0x03];

    /// <summary>A server's TLS 1.2 flight: two certificates, a request with one CA name, done; spread over two records.</summary>
    private static readonly byte[] Flight =
    [
        .. Record(22, [11, 0, 0, 12, 0, 0, 9, 0, 0, 2, 1, 2, 0, 0, 1, 3, 13, 0, 0, 16]),
        .. Record(22, [1, 64, 0, 2, 4, 3, 0, 7, 0, 5, .. Name, 0, 14, 0, 0, 0]),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void A_flight_in_pieces(int size)
    {
        var reader = Read(Flight, size);

        Assert.True(reader.IsTls && reader.Handshake.IsComplete && reader.Handshake.CertificateRequested);
        Assert.Equal([[1, 2], [3]], reader.Handshake.Certificates);
        Assert.Equal([Name], reader.Handshake.AcceptableIssuers);
        Assert.Null(reader.Alert);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void An_alert_counts_only_in_the_clear(int size)
    {
        Assert.Equal(48, Read(Record(21, [2, 48]), size).Alert);
        Assert.Null(Read([.. Record(20, [1]), .. Record(21, [2, 48])], size).Alert);
    }

    [Fact]
    public void The_first_fatal_alert_counts()
    {
        Assert.Equal(42, Read([.. Record(21, [2, 42]), .. Record(21, [2, 49])], 3).Alert);
        Assert.Equal(48, Read([.. Record(21, [1, 112]), .. Record(21, [2, 48]), .. Record(21, [1, 0])], 3).Alert);
    }

    [Fact]
    public void Application_data_is_counted_also_after_a_second_hello()
    {
        var reader = Read([.. Record(20, [1]), .. Record(22, new byte[500]), .. Record(23, new byte[30]), .. Record(23, new byte[40])], 7);

        Assert.Equal(70, reader.ApplicationBytes);
        Assert.Empty(reader.Handshake.Certificates);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK")]
    [InlineData("220 ready")]
    [InlineData("\u0016x")]
    public void What_is_no_TLS_is_noticed(string bytes) => Assert.False(Read(System.Text.Encoding.Latin1.GetBytes(bytes), 1).IsTls);

    [Fact]
    public void Nonsense_is_no_error()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var flight = (byte[])Flight.Clone();
            for (var changes = random.Next(1, 5); changes > 0; changes--)
                flight[random.Next(flight.Length)] = (byte)random.Next(256);
            Read(flight[..random.Next(flight.Length)], random.Next(1, 20));
            Read(flight, 1000);
        }
    }

    private static byte[] Record(byte type, byte[] content) => [type, 3, 3, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static TlsRecordReader Read(byte[] bytes, int size)
    {
        var reader = new TlsRecordReader();
        foreach (var piece in bytes.Chunk(size))
            reader.Observe(piece);
        return reader;
    }
}

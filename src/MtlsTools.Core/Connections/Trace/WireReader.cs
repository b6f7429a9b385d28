using System.Buffers.Binary;

namespace MtlsTools.Connections.Trace;

/// <summary>A message on the wire breaks its own lengths.</summary>
internal sealed class WireFormatException(string message) : Exception(message);

/// <summary>Reads the numbers and vectors of TLS (RFC 8446, 3) and never beyond what is there.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> rest = data;

    internal readonly bool HasData => rest.Length > 0;

    internal int UInt8() => Bytes(1)[0];

    internal int UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(2));

    internal int UInt24()
    {
        var bytes = Bytes(3);
        return (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
    }

    internal long UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

    internal ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > rest.Length)
            throw new WireFormatException("a length points beyond the message");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    /// <summary>A vector whose length stands before it in that many octets.</summary>
    internal ReadOnlySpan<byte> Vector(int lengthSize) => Bytes(lengthSize switch
    {
        1 => UInt8(),
        2 => UInt16(),
        _ => UInt24(),
    });

    /// <summary>The 16-bit numbers of a vector.</summary>
    internal static List<int> Numbers(ReadOnlySpan<byte> vector)
    {
        var numbers = new List<int>(vector.Length / 2);
        for (var reader = new WireReader(vector); reader.HasData;)
            numbers.Add(reader.UInt16());
        return numbers;
    }
}

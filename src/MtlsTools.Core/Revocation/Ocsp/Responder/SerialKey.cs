using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>A serial number as the key of a table: 24 octets and no object, because there may be a million of them.</summary>
internal readonly record struct SerialKey(ulong High, ulong Middle, uint Low, byte Length)
{
    /// <summary>RFC 5280, 4.1.2.2: no serial number is longer.</summary>
    private const int Longest = 20;
    private const byte Hashed = byte.MaxValue;

    /// <param name="serial">The octets, with or without zeros in front.</param>
    internal static SerialKey Of(ReadOnlySpan<byte> serial)
    {
        serial = serial.TrimStart((byte)0);
        Span<byte> octets = stackalloc byte[SHA256.HashSizeInBytes];
        octets.Clear();
        if (serial.Length <= Longest)
            serial.CopyTo(octets);
        else
            SHA256.HashData(serial, octets);
        return new SerialKey(
            BinaryPrimitives.ReadUInt64BigEndian(octets),
            BinaryPrimitives.ReadUInt64BigEndian(octets[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(octets[16..]),
            serial.Length <= Longest ? (byte)serial.Length : Hashed);
    }
}

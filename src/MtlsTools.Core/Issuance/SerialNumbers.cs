using System.Security.Cryptography;

namespace MtlsTools.Issuance;

/// <summary>Serial numbers: positive, 126 random bits (RFC 5280, 4.1.2.2 allows 20 octets; CA/Browser asks for 64 random bits).</summary>
internal static class SerialNumbers
{
    internal static byte[] Create()
    {
        var serial = RandomNumberGenerator.GetBytes(16);

        // A clear top bit keeps it positive in 16 octets; the next one set keeps all 16, so serials line up in lists.
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }
}

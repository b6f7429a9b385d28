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

    /// <summary>Reads a serial number that somebody chose: <c>01</c>, <c>0x1A2B</c>, <c>1a:2b</c>.</summary>
    /// <exception cref="IssuanceException">It is no positive hexadecimal number of at most 20 octets.</exception>
    internal static byte[] Parse(string text)
    {
        var digits = text.Trim();
        digits = (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits).Replace(":", "", StringComparison.Ordinal).TrimStart('0');
        if (digits.Length == 0 || !digits.All(char.IsAsciiHexDigit))
            throw Invalid(text, "is no positive hexadecimal number");
        var serial = Convert.FromHexString(digits.Length % 2 == 0 ? digits : "0" + digits);

        // The 20th octet's top bit would make it 21 octets long.
        return serial.Length < 20 || (serial.Length == 20 && serial[0] < 0x80)
            ? serial
            : throw Invalid(text, "is longer than the 20 octets that RFC 5280 allows");
    }

    private static IssuanceException Invalid(string text, string reason) =>
        new(ErrorCode.SerialNumberInvalid, $"The serial number '{text}' {reason}. Write it as 01, 0x1A2B or 1a:2b; or leave it out, for a random one.");
}

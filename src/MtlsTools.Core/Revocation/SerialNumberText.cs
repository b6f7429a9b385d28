using System.Globalization;
using System.Numerics;
using MtlsTools.Issuance;

namespace MtlsTools.Revocation;

/// <summary>Serial numbers as people and tools write them: OpenSSL and Windows in hexadecimal, with or without <c>0x</c>, colons and zeros in front; Java, curl and many logs in decimal.</summary>
internal static class SerialNumberText
{
    /// <summary>The numbers that a text may mean, upper-case hex of whole octets: the hexadecimal one first, and for digits alone the decimal one as well.</summary>
    /// <exception cref="IssuanceException">It is no positive number of at most 20 octets.</exception>
    internal static IReadOnlyList<string> Read(string text)
    {
        var digits = text.Trim();
        if (!digits.All(char.IsAsciiDigit) || digits.Length == 0)
            return [ReadHex(digits)];
        var value = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        var dec = ReadHex(value.ToString("X", CultureInfo.InvariantCulture));

        // More than 40 digits are too long for a hexadecimal one; a decimal one has up to 48.
        if (digits.TrimStart('0').Length > 40)
            return [dec];
        var hex = ReadHex(digits);
        return hex == dec ? [hex] : [hex, dec];
    }

    private static string ReadHex(string text) => text.Trim('0').Length == 0 && text.Length > 0 ? "00" : Convert.ToHexString(SerialNumbers.Parse(text));
}

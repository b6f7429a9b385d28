using System.Numerics;
using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>The file <c>crlnumber</c>: OpenSSL's counter of revocation lists, the next number in hexadecimal.</summary>
internal static class CrlNumberFile
{
    /// <summary>Takes numbers that no list has had. They are gone once this returns, whatever becomes of the lists: a gap does no harm, two lists of one number do. The caller holds the lock.</summary>
    /// <param name="layout">The folder.</param>
    /// <param name="highest">The highest number of the lists that are there, or null.</param>
    /// <param name="count">How many.</param>
    /// <returns>The first one.</returns>
    /// <exception cref="MtlsException">The file is damaged, or can not be written.</exception>
    internal static BigInteger Take(AuthorityLayout layout, BigInteger? highest, int count)
    {
        var next = BigInteger.One;
        if (File.Exists(layout.CrlNumber) && !SerialFile.TryParse(System.Text.Encoding.ASCII.GetString(InputFile.Read(layout.CrlNumber)).Trim(), out next))
            throw new InputException(ErrorCode.ContentDamaged, $"'{layout.CrlNumber}' should hold the next list's number in hexadecimal, and does not. Write a number that is higher than the last list's{(highest is null ? "" : $": {highest + 1:X}")}.", layout.CrlNumber);
        if (highest >= next)
            next = highest.Value + 1;
        SerialFile.Write(layout.CrlNumber, next + count);
        return next;
    }
}

using System.Globalization;
using System.Numerics;
using MtlsTools.Encoding;
using MtlsTools.Issuance;

namespace MtlsTools.Authority;

/// <summary>The file <c>serial</c> of a CA folder, where <c>openssl ca</c> finds its next serial number. It counts; ours are random and never meet it.</summary>
internal static class SerialFile
{
    /// <summary>A random beginning, so that openssl finds the file that it needs and no two CAs count alike.</summary>
    internal static string Create() => Convert.ToHexString(SerialNumbers.Create()) + "\n";

    /// <summary>Leads openssl past a serial number that was chosen by hand and lies on its way: it would stop at it for ever.</summary>
    internal static void SkipPast(AuthorityLayout layout, string chosen)
    {
        if (!File.Exists(layout.Serial) || !TryParse(File.ReadAllText(layout.Serial).Trim(), out var next) || !TryParse(chosen, out var used) || used < next || used - next > uint.MaxValue)
            return;
        Write(layout.Serial, used + 1);
    }

    /// <summary>Writes a counter as openssl does: hexadecimal, whole octets.</summary>
    internal static void Write(string path, BigInteger next)
    {
        var digits = next.ToString("X", CultureInfo.InvariantCulture).TrimStart('0');
        AtomicFile.Write(path, System.Text.Encoding.ASCII.GetBytes((digits.Length % 2 == 0 ? digits : "0" + digits) + "\n"), FileAudience.Everyone, overwrite: true);
    }

    internal static bool TryParse(string hex, out BigInteger number) =>
        BigInteger.TryParse("0" + hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}

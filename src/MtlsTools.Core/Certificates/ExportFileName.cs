namespace MtlsTools.Certificates;

/// <summary>File names for certificates: from their data, and never leading out of the folder.</summary>
public static class ExportFileName
{
    private const int MaxNameLength = 64;

    /// <summary>The name, as far as every system allows it in a file name, and the serial number.</summary>
    public static string For(MtlsCertificate certificate, ExportFormat format)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var name = Safe(certificate.Name);

        // Windows knows devices by what stands before the first dot, whatever comes after it.
        var safe = IsDevice(name.Split('.')[0]) ? "_" + name : name;
        return $"{safe}{(safe.Length > 0 ? "-" : "")}{certificate.SerialNumber}{format.Extension()}";
    }

    /// <summary>A name as far as every system and shell takes it in a file name; may be empty.</summary>
    internal static string Safe(string name) => new string(name.Take(MaxNameLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_').ToArray()).Trim('.', '_');

    private static bool IsDevice(string name) => name.ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL"
        or ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'];
}

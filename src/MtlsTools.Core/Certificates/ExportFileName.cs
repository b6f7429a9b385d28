namespace MtlsTools.Certificates;

/// <summary>File names for certificates: from their data, and never leading out of the folder.</summary>
public static class ExportFileName
{
    private const int MaxNameLength = 64;

    /// <summary>The name, as far as every system allows it in a file name, and the serial number.</summary>
    public static string For(MtlsCertificate certificate, ExportFormat format)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var name = new string(certificate.Name.Take(MaxNameLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_').ToArray()).Trim('.', '_');

        // Windows knows devices by what stands before the first dot, whatever comes after it.
        var safe = IsDevice(name.Split('.')[0]) ? "_" + name : name;
        return $"{safe}{(safe.Length > 0 ? "-" : "")}{certificate.SerialNumber}{format.Extension()}";
    }

    private static bool IsDevice(string name) => name.ToUpperInvariant() is "CON" or "PRN" or "AUX" or "NUL"
        or ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'];
}

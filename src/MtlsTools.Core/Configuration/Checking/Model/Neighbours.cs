using MtlsTools.Certificates;

namespace MtlsTools.Configuration.Checking;

/// <summary>CAs in the files beside a certificate: that is where the intermediate lies that somebody forgot.</summary>
internal static class Neighbours
{
    private const int MaximumFiles = 50;
    private const long MaximumLength = 64 * 1024;

    internal static IEnumerable<MtlsCertificate> Of(string? path)
    {
        if (Path.GetDirectoryName(path) is not { Length: > 0 } folder || !Directory.Exists(folder))
            yield break;
        var files = new DirectoryInfo(folder).EnumerateFiles().Where(file => CertificateReader.Extensions.Take(4).Contains(file.Extension, StringComparer.OrdinalIgnoreCase) && file.Length is > 0 and <= MaximumLength && file.FullName != path);
        foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal).Take(MaximumFiles))
        {
            foreach (var one in Read(file.FullName))
                yield return one;
        }
    }

    private static IEnumerable<MtlsCertificate> Read(string path)
    {
        try
        {
            return CertificateReader.ReadFile(path).SelectMany(one => one.Chain.Prepend(one));
        }
        catch (MtlsException)
        {
            return []; // It is nobody's certificate file; nothing names it.
        }
    }
}

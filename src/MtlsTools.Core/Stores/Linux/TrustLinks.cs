using MtlsTools.Encoding;

namespace MtlsTools.Stores.Linux;

/// <summary>The links of Debian's certificate folder, by which OpenSSL finds a CA through the hash of its name.</summary>
internal static class TrustLinks
{
    /// <summary>Made from outside, they begin with the path of the system's root, and would lead nowhere inside of it. Those of removed CAs go.</summary>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    internal static void Mend(TrustRoot root, TrustLayout layout)
    {
        var folder = Path.GetDirectoryName(root.At(layout.Bundle))!;
        try
        {
            foreach (var (path, target) in Links(folder).Where(link => Path.IsPathRooted(link.Target)))
                MendOne(root, layout, path, target);
            foreach (var (path, target) in Links(folder).Where(link => !Path.IsPathRooted(link.Target) && IsHash(Path.GetFileName(link.Path))))
            {
                if (!File.Exists(Path.Combine(folder, target)) && new FileInfo(Path.Combine(folder, target)).LinkTarget is null)
                    File.Delete(path);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(folder, failed);
        }
    }

    private static void MendOne(TrustRoot root, TrustLayout layout, string path, string target)
    {
        var inside = root.Inside(target);
        if (inside.StartsWith($"/{layout.Anchors}/", StringComparison.Ordinal) && !File.Exists(root.Path + inside))
        {
            File.Delete(path);
        }
        else if (inside != target)
        {
            var renewed = $"{path}.{Guid.NewGuid():N}";
            File.CreateSymbolicLink(renewed, inside);
            File.Move(renewed, path, overwrite: true);
        }
    }

    private static List<(string Path, string Target)> Links(string folder) =>
        new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.LinkTarget is not null).Select(entry => (entry.FullName, entry.LinkTarget!)).ToList();

    private static bool IsHash(string name) => name.Length > 9 && name[8] == '.' && name[..8].All(char.IsAsciiHexDigitLower);
}

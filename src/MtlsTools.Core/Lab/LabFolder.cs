using MtlsTools.Encoding;

namespace MtlsTools.Lab;

/// <summary>The folder of a lab. A marker in it names what the lab made, so that nothing else is ever deleted.</summary>
internal static class LabFolder
{
    internal const string Marker = ".mtls-lab";
    private const string FirstLine = "MtlsTools lab, remove with Remove-MtlsLab";
    private const string Made = "folder made by the lab";

    /// <summary>Makes the folder with its marker.</summary>
    /// <param name="path">The folder, or null for a new temporary one.</param>
    /// <param name="content">The folders that the lab will make in it.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="OutputException">The folder has content, or can not be made.</exception>
    internal static string Create(string? path, IEnumerable<string> content)
    {
        var full = Path.GetFullPath(path ?? Path.Combine(Path.GetTempPath(), $"mtls-lab-{Guid.NewGuid():N}"));
        var exists = Directory.Exists(full);
        if (File.Exists(full) || (exists && Directory.EnumerateFileSystemEntries(full).Any()))
            throw new OutputException(ErrorCode.FileExists, $"'{full}' exists already and has content, which is left as it is. Choose another folder for the lab, or leave -OutDirectory out for a temporary one.", full);
        try
        {
            if (!exists)
                AtomicFile.CreatePrivateDirectory(full);
            IEnumerable<string> lines = [FirstLine, .. exists ? [] : new[] { Made }, .. content];
            AtomicFile.Write(Path.Combine(full, Marker), System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), FileAudience.OwnerOnly, overwrite: false);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(full, denied);
        }

        return full;
    }

    /// <summary>Whether there is a marker.</summary>
    internal static bool IsLab(string path) => File.Exists(Path.Combine(path, Marker));

    /// <summary>Refuses a folder that no lab has marked.</summary>
    /// <exception cref="InputException">It is no lab.</exception>
    internal static void Check(string path) => ReadMarker(path);

    /// <summary>Deletes what the lab made, and the folder itself when that leaves it empty and the lab made it.</summary>
    /// <returns>What is left in the folder, because others have put it there.</returns>
    /// <exception cref="InputException">It is no lab; nothing was deleted.</exception>
    /// <exception cref="OutputException">Something can not be deleted.</exception>
    internal static IReadOnlyList<string> Remove(string path)
    {
        var lines = ReadMarker(path);
        try
        {
            foreach (var folder in lines.Where(line => line != Made).Select(name => Path.Combine(path, name)).Where(Directory.Exists))
                Delete(folder);
            File.Delete(Path.Combine(path, Marker));
            var left = Directory.EnumerateFileSystemEntries(path).ToList();
            if (left.Count == 0 && lines.Contains(Made))
                Directory.Delete(path);
            return left;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, denied);
        }
    }

    /// <summary>A link is taken away, and what it leads to stays.</summary>
    private static void Delete(string folder) => Directory.Delete(folder, recursive: new DirectoryInfo(folder).LinkTarget is null);

    private static List<string> ReadMarker(string path)
    {
        var marker = Path.Combine(path, Marker);
        if (!IsLab(path))
            throw new InputException(ErrorCode.NotALab, $"'{path}' {(Directory.Exists(path) ? $"is no lab: it lacks the file {Marker} that New-MtlsLab puts into each" : "does not exist, or is no folder")}. Nothing was deleted. Name the folder of a lab.", path);
        var lines = System.Text.Encoding.UTF8.GetString(InputFile.Read(marker)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines is [FirstLine, .. var content] && Array.TrueForAll(content, IsOwnName)
            ? [.. content]
            : throw new InputException(ErrorCode.NotALab, $"'{marker}' is not as New-MtlsLab wrote it, so what the lab made is not known. Nothing was deleted. Delete the folder by hand when you are sure.", path);
    }

    /// <summary>Whether the line is one that a lab writes: a marker that was tampered with must not lead out of the folder.</summary>
    private static bool IsOwnName(string line) => line == Made || LabBuilder.Folders.Contains(line);
}

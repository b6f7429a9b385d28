namespace MtlsTools.Host;

/// <summary>Goes through folders with limits, so that no link and no size keeps it forever.</summary>
/// <param name="root">The folder in which absolute links of the system begin, or null.</param>
/// <param name="miss">Told what could not be looked at.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class FolderWalk(string? root, Action<string> miss, CancellationToken cancellation)
{
    private const int MaximumDepth = 8, MaximumFiles = 20_000, MaximumLinks = 8;

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>Every file below the folders, and files that are named themselves, each once; links to files are followed, links to folders are not.</summary>
    internal IEnumerable<string> Files(IEnumerable<string> starts)
    {
        foreach (var start in starts)
        {
            foreach (var file in File.Exists(start) ? [start] : Below(start, 0))
            {
                cancellation.ThrowIfCancellationRequested();
                if (Resolve(file) is not { } target || !seen.Add(target))
                    continue;
                if (seen.Count > MaximumFiles)
                {
                    miss($"More than {MaximumFiles} files were found; those of '{start}' from '{file}' on were not looked at. Name the folders with keys more closely.");
                    yield break;
                }

                yield return target;
            }
        }
    }

    private IEnumerable<string> Below(string folder, int depth)
    {
        if (depth > MaximumDepth)
        {
            miss($"'{folder}' lies more than {MaximumDepth} folders deep, and was not looked at.");
            yield break;
        }

        foreach (var entry in Entries(folder))
        {
            if (entry is FileInfo)
                yield return entry.FullName;
            else if (entry.LinkTarget is null)
                foreach (var below in Below(entry.FullName, depth + 1))
                    yield return below;
        }
    }

    private List<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        }
        catch (Exception failure) when (HostCollectors.IsUnreadable(failure))
        {
            miss($"The folder '{folder}' may not be read by this account. Run as an administrator (root) to look at everything.");
            return [];
        }
    }

    /// <summary>Where a link leads, in the system that is looked at; null when it leads nowhere, or is no plain file (a socket, a pipe).</summary>
    private string? Resolve(string path)
    {
        for (var hops = 0; hops < MaximumLinks; hops++)
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not { } target)
                return file.Exists && (file.Attributes & FileAttributes.Device) == 0 && (OperatingSystem.IsWindows() || file.Length > 0) ? path : null;
            path = root is not null && Path.IsPathRooted(target) ? Path.Join(root, target) : Path.GetFullPath(target, Path.GetDirectoryName(path)!);
        }

        return null;
    }
}

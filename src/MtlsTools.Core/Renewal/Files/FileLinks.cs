using MtlsTools.Keys.Access.Unix;

namespace MtlsTools.Renewal.Files;

/// <summary>Finds the file behind a name.</summary>
internal static class FileLinks
{
    private const int MaximumLinks = 40;

    /// <summary>What a link says, or null for what is no link.</summary>
    internal static string? TargetOf(string path) => new FileInfo(path).LinkTarget;

    /// <summary>The file that is to be replaced: what links of others lead to. A link of ours is the name itself.</summary>
    /// <exception cref="InputException">The links lead in a circle.</exception>
    internal static string Follow(string path)
    {
        var at = WithoutLinkedFolders(Path.GetFullPath(path));
        for (var followed = 0; TargetOf(at) is { } target && !IsOurs(target); followed++)
        {
            if (followed == MaximumLinks)
                throw new InputException(ErrorCode.FileNotReadable, $"The links of '{path}' lead in a circle. Make them lead to the file.", path);
            at = WithoutLinkedFolders(Path.Combine(Path.GetDirectoryName(at)!, target));
        }

        return at;
    }

    /// <summary>The name that programs know, for a path that leads into its versions, as a search of the disk finds it; any other path as it is.</summary>
    /// <exception cref="InputException">It is a former version, which no program uses.</exception>
    internal static string NameOf(string path)
    {
        var version = Path.GetDirectoryName(path);
        var folder = Path.GetDirectoryName(version);
        var root = Path.GetDirectoryName(folder);
        if (Path.GetFileName(root) != VersionFolder.Root)
            return path;
        var owner = Path.Combine(Path.GetDirectoryName(root)!, Path.GetFileName(folder)!);
        var versions = new VersionFolder(owner);
        if (versions.CurrentNumber is not { } current || (version != versions.Current && version != versions.Of(current)))
            throw new InputException(ErrorCode.NothingToRenew, $"'{path}' is a former version of '{owner}', kept for the way back, and no program uses it. Name '{owner}'.", path);
        if (Path.GetFileName(path) == SwapFile.NameOf(FileRole.Certificate))
            return owner;
        var target = Path.GetRelativePath(Path.GetDirectoryName(owner)!, Path.Combine(versions.Current, Path.GetFileName(path)));
        return Directory.EnumerateFiles(Path.GetDirectoryName(owner)!).FirstOrDefault(file => TargetOf(file) == target) ?? path;
    }

    /// <summary>Whether a link leads into the versions of another file than the one whose versions are given.</summary>
    internal static bool IsOfAnother(string path, VersionFolder versions) =>
        TargetOf(path) is { } target && IsOurs(target) && Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, target, "..", "..")) != versions.Path;

    /// <summary>Whether a link leads to what we made it lead to: <c>.renewals/NAME/current/ROLE</c>.</summary>
    private static bool IsOurs(string target) => target.Split('/') is [.., VersionFolder.Root, _, "current", _];

    private static string WithoutLinkedFolders(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        return OperatingSystem.IsWindows() ? Path.GetFullPath(path) : Path.Combine(Libc.RealPath(folder) ?? folder, Path.GetFileName(path));
    }
}

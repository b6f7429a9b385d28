namespace MtlsTools.Stores.Linux;

/// <summary>The root folder of a Linux system: this one's, or that of an image or container.</summary>
internal sealed class TrustRoot
{
    private static readonly string[] ToolFolders = ["usr/sbin", "usr/bin", "sbin", "bin"];

    private TrustRoot(string path, bool isThisSystem)
    {
        Path = path;
        IsThisSystem = isThisSystem;
    }

    /// <summary>Without a separator at its end, except for <c>/</c>.</summary>
    internal string Path { get; }

    internal bool IsThisSystem { get; }

    /// <param name="path">The folder; null for this system.</param>
    /// <param name="system">Where this system begins.</param>
    /// <exception cref="StoreException">There is no such folder.</exception>
    internal static TrustRoot Open(string? path, string system)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path ?? system));
        return Directory.Exists(full)
            ? new TrustRoot(full, full == system)
            : throw new StoreException(ErrorCode.FileNotFound, $"The folder '{full}' does not exist. Name the root folder of a Linux system with -StorePath, or leave it out for this one.");
    }

    /// <summary>A path of the system, as this process sees it.</summary>
    /// <exception cref="StoreException">A link on the way leads out of the system: what was meant for an image would change this machine.</exception>
    internal string At(string relative)
    {
        var at = Path;
        foreach (var part in relative.Split('/'))
        {
            at = System.IO.Path.Combine(at, part);
            if (IsThisSystem || new DirectoryInfo(at).LinkTarget is null)
                continue;
            var target = Directory.ResolveLinkTarget(at, returnFinalTarget: true)!.FullName;
            if (!target.StartsWith(Path + "/", StringComparison.Ordinal))
                throw new StoreException(ErrorCode.StoreAccessDenied, $"'{at}' is a link to '{target}', outside of '{Path}'. Nothing was changed. Run the command inside that system, or make the link relative.");
            at = target;
        }

        return at;
    }

    /// <summary>A path as the system itself names it.</summary>
    internal string Inside(string path) => Path.Length > 1 && path.StartsWith(Path + "/", StringComparison.Ordinal) ? path[Path.Length..] : path;

    /// <summary>Where a program of the system lies, as the system names it, or null.</summary>
    internal string? FindTool(string tool) => ToolFolders.Select(folder => $"/{folder}/{tool}").FirstOrDefault(path => File.Exists(Path.TrimEnd('/') + path));
}

namespace MtlsTools.Configuration.Checking;

/// <summary>Where the paths of a configuration lie on this machine: as they are, below a folder, or where a container's volumes put them.</summary>
internal sealed class ConfigPaths
{
    private readonly string? root;
    private readonly Container? container;

    private ConfigPaths(string? root, Container? container)
    {
        this.root = root;
        this.container = container;
    }

    /// <summary>What is known of a container.</summary>
    /// <param name="Service">Its name.</param>
    /// <param name="Mounts">What lies where: a path inside, and the one on this machine; null where it is not known.</param>
    /// <param name="HasOwnFiles">Whether its image may bring files of its own, so that a path that no volume brings may be there all the same.</param>
    internal sealed record Container(string Service, IReadOnlyList<(string Inside, string? Outside)> Mounts, bool HasOwnFiles)
    {
        /// <summary>Where the relative paths of its configuration begin, inside.</summary>
        internal string Folder { get; init; } = "/";
    }

    internal static ConfigPaths Of(string? root) => new(root, null);

    internal static ConfigPaths Of(Container container) => new(null, container);

    /// <summary>The path on this machine; null when nothing brings it there.</summary>
    /// <param name="path">As the configuration has it.</param>
    /// <param name="folder">The folder on this machine that relative paths begin at.</param>
    internal string? Find(string path, string folder)
    {
        if (path.Contains('\0') || path.Length == 0)
            return null;
        if (container is not null)
            return Mount(path) is var (inside, outside) && outside is not null ? Path.GetFullPath(Path.Join(outside, Inside(path)[inside.Length..])) : null;
        if (!IsAbsolute(path))
            return Path.GetFullPath(Path.Combine(folder, path));
        return root is null ? Path.GetFullPath(path) : FollowLink(Path.GetFullPath(Path.Join(root, WithoutDrive(path))));
    }

    /// <summary>Why a path that <see cref="Find"/> does not know is not there; null when it may be there all the same.</summary>
    internal string? WhyMissing(string path) => container switch
    {
        null => $"'{path}' is no path.",
        { HasOwnFiles: false } when Mount(path) is null => $"'{path}' is not there: no volume of the service '{container.Service}' brings it into the container.",
        _ => null,
    };

    private (string Inside, string? Outside)? Mount(string path)
    {
        var wanted = Inside(path);
        foreach (var mount in container!.Mounts.OrderByDescending(mount => mount.Inside.Length))
        {
            if (wanted == mount.Inside || wanted.StartsWith(mount.Inside.TrimEnd('/') + "/", StringComparison.Ordinal))
                return mount;
        }

        return null;
    }

    private string Inside(string path) => path.StartsWith('/') ? path : $"{container!.Folder.TrimEnd('/')}/{path}";

    private static bool IsAbsolute(string path) => path.StartsWith('/') || path.StartsWith('\\') || (path is [var drive, ':', ..] && char.IsAsciiLetter(drive));

    private static string WithoutDrive(string path) => path is [_, ':', .. var rest] ? rest : path;

    /// <summary>A link of the copied system means a place below the folder too.</summary>
    private string FollowLink(string path)
    {
        for (var i = 0; i < 8 && new FileInfo(path).LinkTarget is { } target && Path.IsPathRooted(target); i++)
            path = Path.GetFullPath(Path.Join(root, WithoutDrive(target)));
        return path;
    }
}

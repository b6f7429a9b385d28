using System.Runtime.Versioning;
using MtlsTools.Encoding;

namespace MtlsTools.Host;

/// <summary>Files with private keys that others may read, in the usual folders and those that were named.</summary>
internal sealed class KeyFileCollector : IHostCollector
{
    private const UnixFileMode Everybody = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly string[] SystemFolders = ["etc/ssl", "etc/pki/tls", "etc/nginx", "etc/apache2", "etc/httpd", "etc/haproxy", "etc/letsencrypt"];

    private static readonly string[] HomeFolders = [".dotnet/corefx/cryptography/x509stores", ".mtls"];

    public HostArea Area => HostArea.KeyFiles;

    public string? NotApplicable(HostOptions options) => OperatingSystem.IsWindows() && options.Folders.Count == 0 ? "Windows keeps keys in containers; folders with key files are looked at when they are named by -Path." : null;

    public void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation)
    {
        var missing = options.Folders.Where(folder => !Directory.Exists(folder) && !File.Exists(folder)).ToList();
        foreach (var folder in missing)
            facts.Miss(Area, $"'{folder}' does not exist.");
        var walk = new FolderWalk(options.Root, reason => facts.Miss(Area, reason), cancellation);
        var usual = OperatingSystem.IsWindows() ? [] : UsualFolders(options.Root).Where(Directory.Exists);
        foreach (var path in walk.Files(usual.Concat(options.Folders.Except(missing))))
        {
            try
            {
                if (Read(path, options.Root) is { } key)
                    facts.KeyFiles.Add(key);
            }
            catch (Exception failure) when (HostCollectors.IsUnreadable(failure))
            {
                facts.Miss(Area, $"'{path}' can not be read: {failure.Message}");
            }
        }
    }

    private static IEnumerable<string> UsualFolders(string? root)
    {
        var top = root ?? "/";
        var homes = root is null
            ? [Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)]
            : Directory.Exists(Path.Combine(top, "home")) ? Directory.EnumerateDirectories(Path.Combine(top, "home")).Append(Path.Combine(top, "root")) : new[] { Path.Combine(top, "root") };
        return SystemFolders.Select(folder => Path.Combine(top, folder)).Concat(homes.SelectMany(home => HomeFolders.Select(folder => Path.Combine(home, folder))));
    }

    /// <summary>A key that others may read; null for everything else. What its owner alone may read is not even opened.</summary>
    private static OpenKeyFile? Read(string path, string? root)
    {
        if (FileReaders.Describe(path) is not { } readers || KeyContent.Look(path) is not { } content || FileState.Of(path) is not { } state)
            return null;
        var key = new OpenKeyFile(state, readers) { IsPlain = content.IsPlain, ForEverybody = true };
        if (OperatingSystem.IsWindows())
            return key;
        var closed = Above(path, root).FirstOrDefault(IsClosed);
        return key with
        {
            ForEverybody = (state.Mode & Everybody) != 0,
            ClosedFolder = closed,
            IsLent = FileReaders.AreChosen(path),
        };
    }

    [UnsupportedOSPlatform("windows")]
    private static bool IsClosed(string folder) => (File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) == 0;

    /// <summary>The folders above a file, up to the root of its system.</summary>
    private static IEnumerable<string> Above(string path, string? root)
    {
        var top = root is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        for (var folder = Path.GetDirectoryName(path); folder is not null && folder != top; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }
}

namespace MtlsTools.Host;

/// <summary>A file as it was at a moment, to tell later whether it is still the same.</summary>
internal sealed record FileState(string Path, long Length, DateTime Written, UnixFileMode? Mode)
{
    /// <summary>The state of a file, or null when there is none.</summary>
    internal static FileState? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileState(path, file.Length, file.LastWriteTimeUtc, OperatingSystem.IsWindows() ? null : file.UnixFileMode) : null;
    }

    internal bool IsStillSo => Of(Path) == this;
}

using MtlsTools.Encoding;

namespace MtlsTools.Host;

/// <summary>A repair of a file that must be the one that was looked at.</summary>
internal abstract class FileRepair(FileState state) : HostRepairAction
{
    protected string Path => state.Path;

    protected FileState State => state;

    internal override bool IsStillSo() => state.IsStillSo;

    /// <summary>Work on files, with errors that name the file.</summary>
    /// <exception cref="OutputException">It can not be done.</exception>
    protected void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(Path, failed);
        }
    }
}

/// <summary>Leaves a key file to its owner.</summary>
internal sealed class CloseKeyFile(FileState state) : FileRepair(state)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal override string Text => $"Set the mode of '{Path}' from {Octal(State.Mode)} to 600";

    internal override string? Carry()
    {
        Guard(() =>
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(Path, OwnerOnly);
        });
        return $"chmod {Octal(State.Mode)} {BashText.QuoteIfNeeded(Path)}";
    }

    private static string Octal(UnixFileMode? mode) => Convert.ToString((int)(mode ?? 0), 8);
}

/// <summary>Takes a file out of a trust folder, into one beside it that its owner alone may enter: nothing is lost, and nothing trusts it.</summary>
internal sealed class MoveAside(FileState state, string folder) : FileRepair(state)
{
    private string Aside => $"{System.IO.Path.TrimEndingDirectorySeparator(folder)}.set-aside";

    internal override string Text => $"Move '{Path}' into '{Aside}'";

    internal override string? Carry()
    {
        var target = System.IO.Path.Combine(Aside, System.IO.Path.GetFileName(Path));
        Guard(() =>
        {
            if (!Directory.Exists(Aside))
                AtomicFile.CreatePrivateDirectory(Aside);
            for (var number = 2; File.Exists(target); number++)
                target = System.IO.Path.Combine(Aside, $"{System.IO.Path.GetFileName(Path)}.{number}");
            File.Move(Path, target);
        });
        return $"mv {BashText.QuoteIfNeeded(target)} {BashText.QuoteIfNeeded(Path)}";
    }
}

/// <summary>Deletes a revocation list from the cache of the platform, which fetches it anew.</summary>
internal sealed class DeleteCachedCrl(FileState state) : FileRepair(state)
{
    internal override string Text => $"Delete '{Path}'";

    internal override string? Carry()
    {
        Guard(() => File.Delete(Path));
        return null;
    }
}

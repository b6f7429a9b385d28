using MtlsTools.Encoding;

namespace MtlsTools.Renewal.Files;

/// <summary>The note that several files are being swapped. From the moment it is there the swap is finished, by this process or the next; without it nothing was begun.</summary>
internal sealed class SwapJournal(VersionFolder folder)
{
    private string Path => folder.At("journal");

    /// <summary>The files that were being swapped, or none.</summary>
    internal IReadOnlyList<string> Unfinished => File.Exists(Path) ? System.Text.Encoding.UTF8.GetString(InputFile.Read(Path)).Split('\n') : [];

    /// <summary>Where a file's content is to be read: where it waits, when its swap was begun and not finished.</summary>
    internal static string ContentOf(string path, IEnumerable<string> unfinished) =>
        unfinished.Contains(path) && File.Exists(DurableFile.Temporary(path)) ? DurableFile.Temporary(path) : path;

    /// <summary>Moves the successors of files into place.</summary>
    internal void Run(IEnumerable<string> files)
    {
        AtomicFile.Write(Path, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', files)), FileAudience.OwnerOnly, overwrite: true);
        DurableFile.SyncFolder(folder.Path);
        Finish();
    }

    /// <summary>Finishes what was begun; without a note there is nothing to do.</summary>
    /// <returns>Whether there was anything.</returns>
    internal bool Finish()
    {
        var files = Unfinished;
        foreach (var file in files.Where(file => File.Exists(DurableFile.Temporary(file))))
            DurableFile.Rename(DurableFile.Temporary(file), file);
        File.Delete(Path);
        DurableFile.SyncFolder(folder.Path);
        return files.Count > 0;
    }
}

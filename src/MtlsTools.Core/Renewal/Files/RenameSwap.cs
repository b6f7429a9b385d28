namespace MtlsTools.Renewal.Files;

/// <summary>Swaps files by renaming each: a single file in one step; several one after the other, with a journal that lets the next run finish what was begun.</summary>
internal sealed class RenameSwap(IReadOnlyList<SwapFile> files) : FileSwap(files)
{
    internal override string Staged(SwapFile file) => DurableFile.Temporary(file.Path);

    internal override void Switch(int keep)
    {
        if (keep > 0)
            CopyCurrent(NextNumber);
        if (Files.Count == 1)
            DurableFile.Rename(Staged(Files[0]), Files[0].Path);
        else
            new SwapJournal(Main).Run(Files.Select(file => file.Path));
        Prune(keep);
    }

    internal override void Discard()
    {
        if (new SwapJournal(Main).Unfinished.Count > 0)
            return; // It was begun, and is to be finished.
        base.Discard();
        foreach (var file in Files)
            File.Delete(Staged(file));
    }
}

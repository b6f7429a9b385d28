using System.Globalization;

namespace MtlsTools.Renewal.Files;

/// <summary>Swaps several files in one step: their names are links into a version, by way of the one link <c>current</c> that is renamed over.</summary>
/// <remarks>At first the names are files. They become links to a copy of themselves, one after the other, and only then the version changes: whoever resolves the names finds a pair at every moment.</remarks>
internal sealed class LinkSwap(IReadOnlyList<SwapFile> files) : FileSwap(files)
{
    internal override string Staged(SwapFile file) => Path.Combine(VersionsOf(file).Next, file.Name);

    internal override void Prepare()
    {
        base.Prepare();
        foreach (var folder in Folders)
            DurableFile.CreateFolder(folder.Next);
    }

    internal override void Switch(int keep)
    {
        if (!Files.All(file => FileLinks.TargetOf(file.Path) == TargetOf(file)))
            MakeLinks();
        var number = NextNumber;
        Finish(folder => folder.Next, number);
        Show(number);
        Prune(keep);
    }

    /// <summary>A version beside the certificate leads to the key that lies in another folder.</summary>
    protected override void Finish(Func<VersionFolder, string> made, int number)
    {
        foreach (var file in Files.Where(file => file.Folder != Files[0].Folder))
            DurableFile.Link(Path.Combine(made(Main), file.Name), Path.Combine(VersionsOf(file).Of(number), file.Name));
        base.Finish(made, number);
    }

    /// <summary>Whatever the names are, files or links of which a file took the place: they end as links, and their content stays.</summary>
    private void MakeLinks()
    {
        var number = NextNumber;
        CopyCurrent(number);
        Show(number);
        foreach (var file in Files)
            DurableFile.Link(file.Path, TargetOf(file));
    }

    private void Show(int number) => DurableFile.Link(Main.Current, number.ToString(CultureInfo.InvariantCulture));

    private string TargetOf(SwapFile file) => Path.GetRelativePath(file.Folder, Path.Combine(Main.Current, file.Name));
}

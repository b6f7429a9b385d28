using System.Globalization;
using MtlsTools.Encoding;

namespace MtlsTools.Renewal.Files;

/// <summary>The versions of a file, <c>.renewals/&lt;name&gt;/1</c>, <c>2</c> and so on beside it; the link <c>current</c> says which of them programs see.</summary>
internal sealed class VersionFolder
{
    internal const string Root = ".renewals";
    private const string CurrentName = "current";

    internal VersionFolder(string file) => Path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file)!, Root, System.IO.Path.GetFileName(file));

    internal string Path { get; }

    /// <summary>The link that is renamed over.</summary>
    internal string Current => At(CurrentName);

    /// <summary>The version that programs see; null while the files are no links.</summary>
    internal int? CurrentNumber => new FileInfo(Current).LinkTarget is { } target && int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The versions, oldest first.</summary>
    internal IReadOnlyList<int> Numbers => !Directory.Exists(Path) ? [] : Directory.EnumerateDirectories(Path)
        .Select(folder => int.TryParse(System.IO.Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
        .Where(number => number > 0).Order().ToList();

    /// <summary>The version that is being made.</summary>
    internal string Next => At(".next");

    /// <summary>The copy of what programs see that is being made.</summary>
    internal string Former => At(".former");

    /// <summary>Lies there while a program that uses the files has still to be told of new ones.</summary>
    internal string ReloadMark => At("reload-pending");

    internal string At(string name) => System.IO.Path.Combine(Path, name);

    internal string Of(int number) => At(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Makes the folder.</summary>
    /// <exception cref="OutputException">The folder of the file can not be written.</exception>
    internal void Create()
    {
        DurableFile.CreateFolder(System.IO.Path.GetDirectoryName(Path)!);
        DurableFile.CreateFolder(Path);
    }

    /// <summary>Makes the folder, and takes away what a process that died has left in it.</summary>
    /// <param name="current">The version that programs see; later ones were never finished.</param>
    /// <exception cref="OutputException">It can not be written.</exception>
    internal void Prepare(int? current)
    {
        Create();
        try
        {
            Discard();
            foreach (var unfinished in Numbers.Where(number => number > current))
                DurableFile.DeleteFolder(Of(unfinished));
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(Path, denied);
        }
    }

    /// <summary>Removes what is being made.</summary>
    internal void Discard()
    {
        DurableFile.DeleteFolder(Next);
        DurableFile.DeleteFolder(Former);
    }

    /// <summary>Gives what was made, <see cref="Next"/> or <see cref="Former"/>, its number.</summary>
    internal void Finish(string made, int number)
    {
        DurableFile.SyncFolder(made);
        DurableFile.Rename(made, Of(number));
    }

    /// <summary>Removes all versions but the one that programs see and so many before it.</summary>
    internal void Prune(int? current, int keep)
    {
        foreach (var old in Numbers.Where(number => number != current).OrderDescending().Skip(keep).ToList())
            DurableFile.DeleteFolder(Of(old));
    }
}

using System.Security.Cryptography;
using MtlsTools.Encoding;

namespace MtlsTools.Renewal.Files;

/// <summary>Puts new files in the place of old ones, all of them or none, under the lock that its owner holds.</summary>
/// <param name="files">The files, the certificate first.</param>
internal abstract class FileSwap(IReadOnlyList<SwapFile> files)
{
    /// <summary>The files; the versions of the first one hold the link that decides.</summary>
    protected IReadOnlyList<SwapFile> Files { get; } = files;

    /// <summary>The versions beside the first file.</summary>
    protected VersionFolder Main { get; } = new(files[0].Path);

    /// <summary>The folders of versions, the deciding one last.</summary>
    protected IReadOnlyList<VersionFolder> Folders => [.. Files.Where(file => file.Folder != Files[0].Folder).Select(VersionsOf), Main];

    /// <summary>The number of the next version.</summary>
    protected int NextNumber => Folders.SelectMany(folder => folder.Numbers).DefaultIfEmpty(0).Max() + 1;

    /// <summary>Where a file's successor waits.</summary>
    internal abstract string Staged(SwapFile file);

    /// <summary>Takes the places, so that a folder that can not be written shows before anything is issued, and clears what a process that died has left.</summary>
    /// <exception cref="OutputException">A folder can not be written.</exception>
    internal virtual void Prepare()
    {
        var current = Main.CurrentNumber;
        foreach (var folder in Folders)
            folder.Prepare(current);
    }

    /// <summary>Writes a successor.</summary>
    /// <exception cref="OutputException">The disk is full, or the rights can not be given.</exception>
    internal void Write(SwapFile file, ReadOnlySpan<byte> content) => DurableFile.Write(Staged(file), content, file.Rights);

    /// <summary>Makes the successors what programs see.</summary>
    /// <param name="keep">How many former versions are kept.</param>
    /// <exception cref="OutputException">A folder can not be written any more.</exception>
    internal abstract void Switch(int keep);

    /// <summary>Takes away what was written for nothing.</summary>
    internal virtual void Discard()
    {
        foreach (var folder in Folders)
            folder.Discard();
    }

    /// <summary>The versions of a file lie in its own folder: what protects that protects them.</summary>
    protected VersionFolder VersionsOf(SwapFile file) => file.Folder == Files[0].Folder ? Main : new VersionFolder(file.Path);

    /// <summary>Makes a version of what programs see now.</summary>
    protected void CopyCurrent(int number)
    {
        foreach (var folder in Folders)
            DurableFile.CreateFolder(folder.Former);
        foreach (var file in Files)
        {
            var content = InputFile.Read(file.Path);
            DurableFile.Write(Path.Combine(VersionsOf(file).Former, file.Name), content, file.Rights);
            CryptographicOperations.ZeroMemory(content);
        }

        Finish(folder => folder.Former, number);
    }

    /// <summary>Gives what was made its number, in every folder.</summary>
    protected virtual void Finish(Func<VersionFolder, string> made, int number)
    {
        foreach (var folder in Folders)
            folder.Finish(made(folder), number);
    }

    /// <summary>Removes old versions; what can not be removed now is tried again by the next renewal.</summary>
    protected void Prune(int keep)
    {
        var current = Main.CurrentNumber;
        try
        {
            foreach (var folder in Folders)
                folder.Prune(current, keep);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            // The new files are in place, which is what was asked for.
        }
    }
}

using System.ComponentModel;
using MtlsTools.Encoding;
using MtlsTools.Keys.Access.Unix;

namespace MtlsTools.Renewal.Files;

/// <summary>Files, folders and links whose content and names are on the disk before the next step is taken.</summary>
internal static class DurableFile
{
    /// <summary>Writes a file anew: its owner's alone from the moment it exists, then with the rights that it is to have.</summary>
    /// <exception cref="OutputException">The disk is full, the folder can not be written, or the rights can not be given.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> content, FileRights rights)
    {
        try
        {
            File.Delete(path);
            using var file = AtomicFile.Create(path, FileAudience.OwnerOnly);
            file.Write(content);
            rights.ApplyTo(path);
            file.Flush(flushToDisk: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, failed);
        }
    }

    /// <summary>Gives a file, a folder or a link another name in one step, and waits for the disk.</summary>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    internal static void Rename(string path, string target)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
                Libc.Rename(path, target);
            else if (Directory.Exists(path))
                Directory.Move(path, target);
            else
                File.Move(path, target, overwrite: true);
            SyncFolder(Path.GetDirectoryName(target)!);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw AtomicFile.NotWritable(target, failed);
        }
    }

    /// <summary>Makes a name a link in one step, whatever it was before.</summary>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    internal static void Link(string name, string target)
    {
        var temporary = Temporary(name);
        try
        {
            File.Delete(temporary);
            File.CreateSymbolicLink(temporary, target);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(name, failed);
        }

        Rename(temporary, name);
    }

    /// <summary>Whether links can be made in a folder: not on every file system.</summary>
    internal static bool CanLink(string folder)
    {
        if (OperatingSystem.IsWindows())
            return false; // A link to a folder can not be replaced in one step there.
        var probe = Path.Combine(folder, ".link");
        try
        {
            File.Delete(probe);
            File.CreateSymbolicLink(probe, "target");
            File.Delete(probe);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Makes a folder that everybody may pass and its owner alone may list, and that belongs to whom the folder above belongs to.</summary>
    /// <exception cref="OutputException">The folder above can not be written.</exception>
    internal static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
                return;
            }

            Directory.CreateDirectory(path, AtomicFile.OwnerMode | UnixFileMode.UserExecute);
            var above = Path.GetDirectoryName(path)!;
            FileRights.Adopt(path, above);
            File.SetUnixFileMode(path, AtomicFile.OwnerMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            SyncFolder(above);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, failed);
        }
    }

    internal static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    internal static void SyncFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
            Libc.SyncFolder(path);
    }

    /// <summary>The one name beside a file under which its successor waits. It is always the same, so that what a process that died left is found.</summary>
    internal static string Temporary(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.renewal");
}

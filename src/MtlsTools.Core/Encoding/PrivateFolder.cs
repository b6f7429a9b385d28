using System.Security;

namespace MtlsTools.Encoding;

/// <summary>A folder that its owner alone may enter, for what programs read from files; gone afterwards, with all that is in it.</summary>
internal sealed class PrivateFolder : IDisposable
{

    private PrivateFolder(string path)
    {
        AtomicFile.CreatePrivateDirectory(path);
        Path = path;
    }

    /// <summary>A folder among the temporary files.</summary>
    internal static PrivateFolder Create() => new(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mtlstools.{Guid.NewGuid():N}"));

    /// <summary>A folder on the disk of a file, from where its successor can be moved into place.</summary>
    internal static PrivateFolder CreateBeside(string file) => new(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file)!, $".{System.IO.Path.GetFileName(file)}.{Guid.NewGuid():N}.tmp"));

    internal string Path { get; }

    internal string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, in place of one of that name.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content)
    {
        File.Delete(At(name));
        using var file = AtomicFile.Create(At(name), FileAudience.OwnerOnly);
        file.Write(content);
    }

    /// <summary>Writes a password as a line, the way programs read it.</summary>
    internal void WriteLine(string name, SecureString secret) => SecretText.UseLine(secret, line => Write(name, line));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

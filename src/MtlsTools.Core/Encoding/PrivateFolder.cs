using System.Security;

namespace MtlsTools.Encoding;

/// <summary>A folder that its owner alone may enter, for what programs read from files; gone afterwards, with all that is in it.</summary>
internal sealed class PrivateFolder : IDisposable
{
    private readonly string path;

    private PrivateFolder(string path)
    {
        AtomicFile.CreatePrivateDirectory(path);
        this.path = path;
    }

    /// <summary>A folder among the temporary files.</summary>
    internal static PrivateFolder Create() => new(Path.Combine(Path.GetTempPath(), $"mtlstools.{Guid.NewGuid():N}"));

    /// <summary>A folder on the disk of a file, from where its successor can be moved into place.</summary>
    internal static PrivateFolder CreateBeside(string file) => new(Path.Combine(Path.GetDirectoryName(file)!, $".{Path.GetFileName(file)}.{Guid.NewGuid():N}.tmp"));

    internal string At(string name) => Path.Combine(path, name);

    /// <summary>Writes a file, in place of one of that name.</summary>
    internal void Write(string name, ReadOnlySpan<byte> content)
    {
        File.Delete(At(name));
        using var file = AtomicFile.Create(At(name), FileAudience.OwnerOnly);
        file.Write(content);
    }

    /// <summary>Writes a password as a line, the way programs read it.</summary>
    internal void WriteLine(string name, SecureString secret) => SecretText.UseLine(secret, line => Write(name, line));

    public void Dispose() => Directory.Delete(path, recursive: true);
}

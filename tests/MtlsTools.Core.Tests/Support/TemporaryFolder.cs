namespace MtlsTools.Tests.Support;

/// <summary>A folder for one test, gone afterwards. Its name has a space and brackets, because the paths of users do.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mtls test [{Guid.NewGuid():N}]");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>The path of a name in the folder.</summary>
    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Writes a file and answers its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        using var file = File.Create(At(name));
        file.Write(content);
        return At(name);
    }

    /// <summary>Writes a text in UTF-8 without a mark and answers its path.</summary>
    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

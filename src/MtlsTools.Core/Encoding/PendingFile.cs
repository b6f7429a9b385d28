namespace MtlsTools.Encoding;

/// <summary>A file that is being made: reserved in its folder at once, so that a place that can not be written shows before any work is done, and visible under its name only when committed. Dispose removes what was not committed.</summary>
public sealed class PendingFile : IDisposable
{
    private readonly FileStream stream;
    private readonly string temporary;
    private readonly bool overwrite;
    private bool committed;

    private PendingFile(string path, string temporary, FileStream stream, bool overwrite)
    {
        Path = path;
        this.temporary = temporary;
        this.stream = stream;
        this.overwrite = overwrite;
    }

    /// <summary>The path that the file will have.</summary>
    public string Path { get; }

    /// <summary>Reserves a place.</summary>
    /// <param name="path">The target; its folder must exist.</param>
    /// <param name="audience">Who may read the file, from this moment on.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="OutputException">The file exists (and <paramref name="overwrite"/> is false), or the folder can not be written.</exception>
    public static PendingFile Create(string path, FileAudience audience, bool overwrite)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!overwrite)
            AtomicFile.RefuseExisting(path);
        try
        {
            var temporary = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, $".{System.IO.Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
            return new PendingFile(path, temporary, AtomicFile.Create(temporary, audience), overwrite);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, failed);
        }
    }

    /// <summary>Writes the content and flushes it to disk.</summary>
    /// <exception cref="OutputException">The disk is full, or failed.</exception>
    public void Write(ReadOnlySpan<byte> content)
    {
        try
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException failed)
        {
            throw AtomicFile.NotWritable(Path, failed);
        }
    }

    /// <summary>The same for a content that is long and comes piece by piece.</summary>
    /// <exception cref="OutputException">The disk is full, or failed.</exception>
    internal void Write(Action<Stream> write)
    {
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException failed)
        {
            throw AtomicFile.NotWritable(Path, failed);
        }
    }

    /// <summary>Moves the file into place in one step.</summary>
    /// <exception cref="OutputException">A file of that name has appeared meanwhile, or the folder can not be written any more.</exception>
    public void Commit()
    {
        stream.Dispose();
        var claimed = false;
        try
        {
            if (!overwrite)
            {
                // A move that "does not overwrite" looks first and moves afterwards; only creating the name anew is safe from others who do the same.
                AtomicFile.Create(Path, FileAudience.OwnerOnly).Dispose();
                claimed = true;
            }

            File.Move(temporary, Path, overwrite: true);
            committed = true;
        }
        catch (IOException) when (!overwrite && !claimed && File.Exists(Path))
        {
            throw AtomicFile.Exists(Path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            if (claimed)
                File.Delete(Path);
            throw AtomicFile.NotWritable(Path, failed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // On a full disk, closing fails as writing did.
            stream.Dispose();
        }
        catch (IOException) when (!committed)
        {
            // As below.
        }

        if (committed)
            return;
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // Whatever kept the file from being committed is the failure worth telling.
        }
    }
}

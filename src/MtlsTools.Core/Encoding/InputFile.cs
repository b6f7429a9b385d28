namespace MtlsTools.Encoding;

/// <summary>Reads whole input files with errors that name the file and the remedy.</summary>
public static class InputFile
{
    /// <summary>No file that this tool reads is larger: a certificate is a few kilobytes, a bundle a few hundred.</summary>
    public const long MaximumLength = 64 * 1024 * 1024;

    /// <summary>How messages name where a content came from.</summary>
    internal static string Describe(string? path) => path is null ? "The text" : $"'{path}'";

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It is missing, empty, larger than <see cref="MaximumLength"/> or not readable.</exception>
    public static byte[] Read(string path) => Read(path, MaximumLength);

    /// <summary>Reads a file that may be larger than others.</summary>
    internal static byte[] Read(string path, long maximum)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] content;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: var length } && length > maximum)
                throw new InputException(ErrorCode.ContentNotRecognized, $"'{path}' is larger than {maximum >> 20} MiB, so it is no certificate, key or request. Name the right file.", path);
            content = File.ReadAllBytes(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException(ErrorCode.FileNotFound, $"The file '{path}' does not exist. Check the path.", path, missing);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new InputException(
                ErrorCode.FileNotReadable,
                Directory.Exists(path)
                    ? $"'{path}' is a folder, not a file. Name a file in it."
                    : $"The file '{path}' may not be read by this account. Check its owner and permissions.",
                path,
                denied);
        }
        catch (IOException failed)
        {
            throw new InputException(ErrorCode.FileNotReadable, $"The file '{path}' can not be read: {failed.Message} Check the disk, or whether another program holds it.", path, failed);
        }

        return content.Length > 0
            ? content
            : throw new InputException(ErrorCode.FileEmpty, $"The file '{path}' is empty. Get a fresh copy from where it was made.", path);
    }
}

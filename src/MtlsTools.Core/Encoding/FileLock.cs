namespace MtlsTools.Encoding;

/// <summary>One writer at a time, across processes, by a file that stays. The system releases the lock of a process that dies.</summary>
internal sealed class FileLock : IDisposable
{
    /// <summary>How long a lock is waited for.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private FileLock(FileStream file) => File = file;

    /// <summary>The file that is held.</summary>
    internal FileStream File { get; }

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock's file; it is made when missing, and never removed: another process may be waiting for it.</param>
    /// <param name="notWritable">The error when the file can not be made.</param>
    /// <param name="held">The error when another process keeps the lock for longer than <see cref="Patience"/>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal static FileLock Take(string path, Func<Exception, MtlsException> notWritable, Func<Exception, MtlsException> held, CancellationToken cancellation = default) =>
        Take(() => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), notWritable, held, cancellation);

    /// <summary>The same with a file that is opened in another way, unshared.</summary>
    internal static FileLock Take(Func<FileStream> open, Func<Exception, MtlsException> notWritable, Func<Exception, MtlsException> held, CancellationToken cancellation = default)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        for (var pause = 1; ; pause = Math.Min(pause * 2, 50))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return new FileLock(open());
            }
            catch (Exception denied) when (denied is UnauthorizedAccessException or DirectoryNotFoundException)
            {
                throw notWritable(denied);
            }
            catch (IOException failed) when (!IsHeld(failed))
            {
                throw notWritable(failed);
            }
            catch (IOException busy)
            {
                if (waited.Elapsed > Patience)
                    throw held(busy);
                cancellation.WaitHandle.WaitOne(pause);
            }
        }
    }

    public void Dispose() => File.Dispose();

    /// <summary>Whether another has the lock: a sharing or lock violation on Windows, EAGAIN elsewhere (11 on Linux, 35 on macOS). Waiting mends nothing else.</summary>
    private static bool IsHeld(IOException failed) => OperatingSystem.IsWindows() ? (failed.HResult & 0xFFFF) is 32 or 33 : failed.HResult is 11 or 35;
}

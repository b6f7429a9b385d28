using System.Diagnostics;

namespace MtlsTools.Encoding;

/// <summary>Files that one process at a time has open. The system releases the lock of a process that dies.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits a minute for its turn, and makes the file when it is missing. It is never removed: another process may be waiting for it.</summary>
    /// <param name="path">The lock's file.</param>
    /// <param name="held">The error when another has it for longer, in so many seconds.</param>
    /// <param name="notWritable">The error when the file can not be made.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static FileStream Take(string path, Func<double, MtlsException> held, Func<Exception, MtlsException> notWritable, CancellationToken cancellation = default)
    {
        try
        {
            return Take(() => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), Patience, cancellation) ?? throw held(Patience.TotalSeconds);
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw notWritable(denied);
        }
    }

    /// <summary>Waits for its turn to open a file that is not shared.</summary>
    /// <returns>Null when another has it for longer than is waited.</returns>
    /// <exception cref="IOException">It can not be opened for another reason.</exception>
    internal static FileStream? Take(Func<FileStream> open, TimeSpan patience, CancellationToken cancellation)
    {
        var waited = Stopwatch.StartNew();
        for (var pause = 1; ; pause = Math.Min(pause * 2, 50))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return open();
            }
            catch (IOException held) when (IsHeld(held))
            {
                if (waited.Elapsed > patience)
                    return null;
                cancellation.WaitHandle.WaitOne(pause);
            }
        }
    }

    /// <summary>Whether another has the lock: a sharing or lock violation on Windows, EAGAIN elsewhere (11 on Linux, 35 on macOS). Waiting mends nothing else.</summary>
    private static bool IsHeld(IOException failed) => OperatingSystem.IsWindows() ? (failed.HResult & 0xFFFF) is 32 or 33 : failed.HResult is 11 or 35;
}

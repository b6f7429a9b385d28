using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>One writer at a time in a CA folder, across processes. The system releases the lock of a process that dies.</summary>
internal sealed class AuthorityLock : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FileStream file;

    private AuthorityLock(FileStream file) => this.file = file;

    internal static AuthorityLock Take(AuthorityLayout layout, CancellationToken cancellation)
    {
        var waited = System.Diagnostics.Stopwatch.StartNew();
        for (var pause = 1; ; pause = Math.Min(pause * 2, 50))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return new AuthorityLock(new FileStream(layout.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (Exception denied) when (denied is UnauthorizedAccessException or DirectoryNotFoundException)
            {
                throw AtomicFile.NotWritable(layout.Folder, denied);
            }
            catch (IOException failed) when (!IsHeld(failed))
            {
                throw AtomicFile.NotWritable(layout.Folder, failed);
            }
            catch (IOException held)
            {
                if (waited.Elapsed > Patience)
                    throw new AuthorityException(ErrorCode.AuthorityLocked, $"Another process has been writing in the CA folder '{layout.Folder}' for {Patience.TotalSeconds:F0} seconds. Wait for it, or stop it.", layout.Folder, held);
                cancellation.WaitHandle.WaitOne(pause);
            }
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Warns when a lock keeps nobody out: some network file systems ignore locks. Even this process must not be able to take it twice.</summary>
    internal static void CheckHeld(AuthorityLayout layout, Action<string>? warn)
    {
        try
        {
            new FileStream(layout.Lock, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            warn?.Invoke($"The file system of '{layout.Folder}' does not lock files, so two processes that issue at once may damage the index. Let only one process at a time write there, or move the CA to a local disk.");
        }
        catch (IOException)
        {
            // As it should be.
        }
    }

    /// <summary>Whether another has the lock: a sharing or lock violation on Windows, EAGAIN elsewhere (11 on Linux, 35 on macOS). Waiting mends nothing else.</summary>
    private static bool IsHeld(IOException failed) => OperatingSystem.IsWindows() ? (failed.HResult & 0xFFFF) is 32 or 33 : failed.HResult is 11 or 35;
}

using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>One writer at a time in a CA folder, across processes. The system releases the lock of a process that dies.</summary>
internal sealed class AuthorityLock : IDisposable
{
    private readonly FileStream file;

    private AuthorityLock(FileStream file) => this.file = file;

    internal static AuthorityLock Take(AuthorityLayout layout, CancellationToken cancellation) => new(FileLock.Take(
        layout.Lock,
        seconds => new AuthorityException(ErrorCode.AuthorityLocked, $"Another process has been writing in the CA folder '{layout.Folder}' for {seconds:F0} seconds. Wait for it, or stop it.", layout.Folder),
        denied => AtomicFile.NotWritable(layout.Folder, denied),
        cancellation));

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
}

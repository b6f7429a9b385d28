using MtlsTools.Encoding;

namespace MtlsTools.Stores;

/// <summary>One of our processes at a time changes a store that is a file or a folder.</summary>
internal static class StoreLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the lock; disposing what is returned ends it.</summary>
    /// <param name="path">The lock's file. It is made when missing, and never removed: another process may be waiting for it.</param>
    /// <param name="store">The store, for the error.</param>
    /// <param name="notWritable">The error when the file can not be made.</param>
    internal static FileStream Take(string path, string store, Func<Exception, StoreException> notWritable)
    {
        try
        {
            return FileLock.Take(() => new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), Patience, CancellationToken.None)
                ?? throw new StoreException(ErrorCode.StoreLocked, $"Another process has been changing the store '{store}' for {Patience.TotalSeconds:F0} seconds. Wait for it, or stop it.");
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw notWritable(denied);
        }
    }
}

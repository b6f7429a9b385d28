using MtlsTools.Encoding;

namespace MtlsTools.Stores;

/// <summary>One of our processes at a time changes a store that is a file or a folder.</summary>
internal static class StoreLock
{
    /// <summary>Waits for the lock; disposing what is returned ends it.</summary>
    /// <param name="path">The lock's file. It is made when missing.</param>
    /// <param name="store">The store, for the error.</param>
    /// <param name="notWritable">The error when the file can not be made.</param>
    internal static FileStream Take(string path, string store, Func<Exception, StoreException> notWritable) => FileLock.Take(
        path,
        seconds => new StoreException(ErrorCode.StoreLocked, $"Another process has been changing the store '{store}' for {seconds:F0} seconds. Wait for it, or stop it."),
        notWritable);
}

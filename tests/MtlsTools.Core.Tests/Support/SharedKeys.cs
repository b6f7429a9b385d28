using System.Collections.Concurrent;
using MtlsTools.Keys;

namespace MtlsTools.Tests.Support;

/// <summary>One key of each algorithm for tests that need some key: RSA keys take long to make.</summary>
public static class SharedKeys
{
    private static readonly ConcurrentDictionary<KeyAlgorithm, Lazy<byte[]>> Made = new();

    /// <summary>Another handle to the shared key of an algorithm; the caller may dispose it.</summary>
    public static PrivateKey Of(KeyAlgorithm algorithm) =>
        PrivateKey.Parse(Made.GetOrAdd(algorithm, wanted => new Lazy<byte[]>(() => Make(wanted))).Value);

    private static byte[] Make(KeyAlgorithm algorithm)
    {
        using var key = PrivateKey.Generate(algorithm);
        return key.ExportPkcs8();
    }
}

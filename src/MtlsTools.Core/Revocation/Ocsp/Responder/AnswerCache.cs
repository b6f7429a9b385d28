using System.Collections.Concurrent;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>An answer that is signed already.</summary>
/// <param name="Authority">Whose answer it is.</param>
/// <param name="Version">The state of that CA's index that it rests on.</param>
/// <param name="Reply">The answer.</param>
internal sealed record PreparedAnswer(ServedAuthority Authority, int Version, OcspReply Reply);

/// <summary>Prepared answers by the requests that they answer. Bounded: what was not asked for since the last half filled up goes.</summary>
internal sealed class AnswerCache
{
    private const int HalfSize = 16384;

    private ConcurrentDictionary<ReadOnlyMemory<byte>, PreparedAnswer> young = New();
    private ConcurrentDictionary<ReadOnlyMemory<byte>, PreparedAnswer> old = New();

    internal PreparedAnswer? Find(ReadOnlyMemory<byte> request)
    {
        if (young.TryGetValue(request, out var prepared))
            return prepared;
        if (!old.TryGetValue(request, out prepared))
            return null;
        Add(request, prepared);
        return prepared;
    }

    internal void Add(ReadOnlyMemory<byte> request, PreparedAnswer prepared)
    {
        if (young.Count >= HalfSize)
        {
            old = young;
            young = New();
        }

        young[request.ToArray()] = prepared;
    }

    private static ConcurrentDictionary<ReadOnlyMemory<byte>, PreparedAnswer> New() => new(new OctetComparer());

    private sealed class OctetComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> obj)
        {
            var hash = new HashCode();
            hash.AddBytes(obj.Span);
            return hash.ToHashCode();
        }
    }
}

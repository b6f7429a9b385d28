using System.Formats.Asn1;
using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Revocation;

/// <summary>The entries of a revocation list, left in their encoding: eight bytes of index for each, sorted by serial number's hash.</summary>
internal sealed class RevokedEntries
{
    internal const string ReasonOid = "2.5.29.21";
    private const string InvalidityDateOid = "2.5.29.24";

    private readonly ReadOnlyMemory<byte> content;
    private readonly int[] hashes;
    private readonly int[] offsets;

    private RevokedEntries(ReadOnlyMemory<byte> content, List<int> hashes, List<int> offsets, string? notSupported)
    {
        this.content = content;
        this.hashes = [.. hashes];
        this.offsets = [.. offsets];
        NotSupported = notSupported;
        Array.Sort(this.hashes, this.offsets);
    }

    internal int Count => offsets.Length;

    /// <summary>Why the list can not be used here; null when it can (RFC 5280, 5.3: a critical extension of an entry that is not understood).</summary>
    internal string? NotSupported { get; }

    /// <exception cref="InputException">An entry is damaged.</exception>
    internal static RevokedEntries Index(ReadOnlyMemory<byte> content)
    {
        try
        {
            var hashes = new List<int>();
            var offsets = new List<int>();
            string? notSupported = null;
            for (var at = 0; at < content.Length;)
            {
                var entry = Slice(content.Span[at..], out var length);
                var serial = Slice(entry, out var serialLength);
                Slice(entry[serialLength..], out var timeLength);
                if (serialLength + timeLength < entry.Length)
                    notSupported ??= FindStranger(content.Slice(at, length));
                hashes.Add(HashOf(serial));
                offsets.Add(at);
                at += length;
            }

            return new RevokedEntries(content, hashes, offsets, notSupported);
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, "An entry of the revocation list (CRL) is damaged. Get a fresh copy of it.", null, damaged);
        }
    }

    /// <summary>The entry of a serial number, given as the octets of an INTEGER.</summary>
    /// <exception cref="InputException">An entry is damaged.</exception>
    internal RevokedCertificate? Find(ReadOnlySpan<byte> serial)
    {
        var hash = HashOf(serial);
        var at = Array.BinarySearch(hashes, hash);
        if (at < 0)
            return null;
        while (at > 0 && hashes[at - 1] == hash)
            at--;
        RevokedCertificate? found = null;
        for (; at < hashes.Length && hashes[at] == hash; at++)
        {
            // Should a serial number be listed twice, the entry that revokes it counts.
            if (Read(content[offsets[at]..], serial) is { } entry && (found is null || found.Reason == RevocationReason.RemoveFromCrl))
                found = entry;
        }

        return found;
    }

    /// <summary>All entries in the list's order, one at a time.</summary>
    /// <exception cref="InputException">An entry is damaged.</exception>
    internal IEnumerable<RevokedCertificate> ReadAll()
    {
        for (var at = 0; at < content.Length;)
        {
            Slice(content.Span[at..], out var length);
            yield return Read(content.Slice(at, length), default)!;
            at += length;
        }
    }

    /// <summary>Reads an entry; null when it has another serial number than the one that is wanted, if one is.</summary>
    private static RevokedCertificate? Read(ReadOnlyMemory<byte> from, ReadOnlySpan<byte> wanted)
    {
        try
        {
            var entry = new AsnReader(from, AsnEncodingRules.DER).ReadSequence();
            var listed = entry.ReadIntegerBytes();
            if (!wanted.IsEmpty && !listed.Span.SequenceEqual(wanted))
                return null;
            var time = DerTime.Read(entry);
            var reason = entry.HasData ? CertificateContent.ReadExtensions(entry).Find(extension => extension.Oid == ReasonOid) : null;
            return new RevokedCertificate(Convert.ToHexString(MtlsCertificate.WithoutSignOctet(listed.Span)), time, reason is null ? RevocationReason.Unspecified : new AsnReader(reason.Value, AsnEncodingRules.DER).ReadEnumeratedValue<RevocationReason>());
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, "An entry of the revocation list (CRL) is damaged. Get a fresh copy of it.", null, damaged);
        }
    }

    private static string? FindStranger(ReadOnlyMemory<byte> encoded)
    {
        var entry = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        entry.ReadEncodedValue();
        entry.ReadEncodedValue();
        var strange = CertificateContent.ReadExtensions(entry).Find(extension => extension.IsCritical && extension.Oid is not ReasonOid and not InvalidityDateOid);
        return strange is null ? null : $"an entry has a critical extension that is not understood here ({strange.Oid})";
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> encoded, out int length)
    {
        AsnDecoder.ReadEncodedValue(encoded, AsnEncodingRules.DER, out var offset, out var contentLength, out length);
        return encoded.Slice(offset, contentLength);
    }

    private static int HashOf(ReadOnlySpan<byte> serial)
    {
        var hash = new HashCode();
        hash.AddBytes(serial);
        return hash.ToHashCode();
    }
}

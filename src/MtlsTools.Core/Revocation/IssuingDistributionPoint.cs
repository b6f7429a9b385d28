using System.Formats.Asn1;
using MtlsTools.Certificates;

namespace MtlsTools.Revocation;

/// <summary>Which certificates a CRL speaks of (RFC 5280, 5.2.5).</summary>
internal sealed record IssuingDistributionPoint
{
    internal const string Oid = "2.5.29.28";

    /// <summary>The names of the part; null when the CRL is not one of several parts.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>>? Names { get; private init; }

    internal bool OnlyUsers { get; private init; }

    internal bool OnlyCas { get; private init; }

    internal bool OnlyAttributes { get; private init; }

    /// <summary>Whether it lists certificates of other CAs than its issuer too.</summary>
    internal bool IsIndirect { get; private init; }

    /// <summary>Why the CRL can not be used here, or null.</summary>
    internal string? NotSupported => IsIndirect ? "it lists certificates of several CAs (an indirect CRL)" : OnlySomeReasons ? "it lists some reasons of revocation only" : null;

    private bool OnlySomeReasons { get; init; }

    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static IssuingDistributionPoint Decode(ReadOnlyMemory<byte> content)
    {
        var sequence = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        var point = new IssuingDistributionPoint();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            point = tag.TagValue switch
            {
                0 => point with { Names = ReadNames(sequence.ReadSequence(tag)) },
                1 => point with { OnlyUsers = sequence.ReadBoolean(tag) },
                2 => point with { OnlyCas = sequence.ReadBoolean(tag) },
                3 => point with { OnlySomeReasons = !sequence.ReadEncodedValue().IsEmpty },
                4 => point with { IsIndirect = sequence.ReadBoolean(tag) },
                5 => point with { OnlyAttributes = sequence.ReadBoolean(tag) },
                _ => throw new AsnContentException("The issuing distribution point has an unknown part."),
            };
        }

        return point;
    }

    /// <summary>Whether a certificate is among those that the CRL speaks of (RFC 5280, 6.3.3 (b)(2)).</summary>
    /// <param name="isCa">Whether it is a CA's.</param>
    /// <param name="distributionPoints">Its cRLDistributionPoints, if it has them.</param>
    /// <exception cref="AsnContentException">Its distribution points are damaged.</exception>
    internal bool Covers(bool isCa, ReadOnlyMemory<byte>? distributionPoints)
    {
        if (OnlyAttributes || (OnlyUsers && isCa) || (OnlyCas && !isCa))
            return false;
        return Names is null || (distributionPoints is { } points && DistributionPoint.Decode(points).SelectMany(point => point.FullNames).Any(wanted => Names.Any(name => name.Span.SequenceEqual(wanted.Encoded.Span))));
    }

    /// <summary>The full names; none when the name is relative to the CRL's issuer, which nobody uses.</summary>
    private static List<ReadOnlyMemory<byte>> ReadNames(AsnReader name)
    {
        var names = new List<ReadOnlyMemory<byte>>();
        var full = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (name.PeekTag() != full)
            return names;
        for (var list = name.ReadSequence(full); list.HasData;)
            names.Add(list.ReadEncodedValue());
        return names;
    }
}

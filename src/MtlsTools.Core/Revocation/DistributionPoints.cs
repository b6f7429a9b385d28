using System.Formats.Asn1;

namespace MtlsTools.Revocation;

/// <summary>Where a certificate's CRL is to be found (RFC 5280, 4.2.1.13), as the names by which a partitioned CRL says which part it is.</summary>
internal static class DistributionPoints
{
    /// <summary>The extension of a certificate.</summary>
    internal const string Oid = "2.5.29.31";

    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>The full names of all points, as they are encoded.</summary>
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static List<ReadOnlyMemory<byte>> ReadNames(ReadOnlyMemory<byte> content)
    {
        var names = new List<ReadOnlyMemory<byte>>();
        var points = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        while (points.HasData)
        {
            var point = points.ReadSequence();
            if (point.HasData && point.PeekTag() == Zero)
                names.AddRange(ReadPointName(point.ReadSequence(Zero)));
        }

        return names;
    }

    /// <summary>The full names of a DistributionPointName; none when it is relative to the CRL's issuer, which nobody uses.</summary>
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static List<ReadOnlyMemory<byte>> ReadPointName(AsnReader name)
    {
        var names = new List<ReadOnlyMemory<byte>>();
        if (name.PeekTag() != Zero)
            return names;
        var full = name.ReadSequence(Zero);
        while (full.HasData)
            names.Add(full.ReadEncodedValue());
        return names;
    }
}

using System.Formats.Asn1;
using MtlsTools.Encoding;
using MtlsTools.Names;

namespace MtlsTools.Policy;

/// <summary>What the rules want to know of a revocation list (RFC 5280, 5.1).</summary>
internal sealed class CrlFacts
{
    private CrlFacts(AsnReader outer, DateTimeOffset asOf)
    {
        AsOf = asOf;
        var list = outer.ReadSequence();
        if (list.PeekTag() == Asn1Tag.Integer)
            Version = list.TryReadInt32(out var version) ? version + 1 : 0;
        Signature = list.ReadEncodedValue();
        Issuer = DistinguishedName.Decode(list.ReadEncodedValue());
        ThisUpdate = ReadTime(list);
        if (list.HasData && list.PeekTag() is { TagClass: TagClass.Universal, TagValue: (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime })
            NextUpdate = ReadTime(list);
        if (list.HasData && list.PeekTag() == Asn1Tag.Sequence)
            list.ReadEncodedValue();
        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        Extensions = new ExtensionFacts(list.HasData && list.PeekTag() == extensionsTag ? list.ReadSequence(extensionsTag).ReadSequence() : null);
    }

    internal DateTimeOffset AsOf { get; }

    internal int Version { get; } = 1;

    internal ReadOnlyMemory<byte> Signature { get; }

    internal DistinguishedName Issuer { get; }

    internal DateTimeOffset ThisUpdate { get; }

    internal DateTimeOffset? NextUpdate { get; }

    internal ExtensionFacts Extensions { get; }

    /// <exception cref="InputException">It is damaged, or no revocation list.</exception>
    internal static CrlFacts Read(ReadOnlyMemory<byte> der, string? path, DateTimeOffset asOf)
    {
        try
        {
            return new CrlFacts(new AsnReader(der, AsnEncodingRules.BER).ReadSequence(), asOf);
        }
        catch (Exception damaged) when (damaged is AsnContentException or NameException)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"{InputFile.Describe(path)} holds a revocation list that is damaged. Get a fresh copy of it.", path, damaged);
        }
    }

    private static DateTimeOffset ReadTime(AsnReader list) => list.PeekTag().TagValue == (int)UniversalTagNumber.UtcTime ? list.ReadUtcTime() : list.ReadGeneralizedTime();
}

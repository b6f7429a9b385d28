using System.Formats.Asn1;

namespace MtlsTools.Names;

/// <summary>A GeneralName as it is encoded (RFC 5280, 4.2.1.6): the tag says the kind.</summary>
internal readonly record struct EncodedName(int Tag, ReadOnlyMemory<byte> Encoded)
{
    internal const int Email = 1;
    internal const int Dns = 2;
    internal const int Directory = 4;
    internal const int Uri = 6;
    internal const int Ip = 7;

    /// <summary>The text of a name that is one.</summary>
    internal string Text => new AsnReader(Encoded, AsnEncodingRules.BER).ReadCharacterString(UniversalTagNumber.IA5String, new Asn1Tag(TagClass.ContextSpecific, Tag));

    /// <summary>The octets of an address.</summary>
    internal byte[] Octets => new AsnReader(Encoded, AsnEncodingRules.BER).ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, Tag));

    /// <summary>The distinguished name; explicitly tagged, because a CHOICE is (X.680, 31.2.7).</summary>
    internal DistinguishedName DirectoryName => DistinguishedName.Decode(new AsnReader(Encoded, AsnEncodingRules.BER).ReadSequence(new Asn1Tag(TagClass.ContextSpecific, Directory)).ReadEncodedValue());

    /// <exception cref="AsnContentException">The next value is no GeneralName.</exception>
    internal static EncodedName Read(AsnReader reader)
    {
        var tag = reader.PeekTag();
        return tag.TagClass == TagClass.ContextSpecific
            ? new EncodedName(tag.TagValue, reader.ReadEncodedValue())
            : throw new AsnContentException("A GeneralName has a context-specific tag.");
    }

    /// <summary>The names of a subjectAltName extension.</summary>
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static List<EncodedName> ReadAll(ReadOnlyMemory<byte> content)
    {
        var sequence = new AsnReader(content, AsnEncodingRules.BER).ReadSequence();
        var names = new List<EncodedName>();
        while (sequence.HasData)
            names.Add(Read(sequence));
        return names;
    }
}

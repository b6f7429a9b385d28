using System.Formats.Asn1;

namespace MtlsTools.Names;

/// <summary>The otherName of a GeneralName (RFC 5280, 4.2.1.6): an object identifier and a value of its own kind.</summary>
internal static class OtherName
{
    internal const string UpnOid = "1.3.6.1.4.1.311.20.2.3";
    internal const string Prefix = "otherName:";
    private static readonly Asn1Tag Tag = new(TagClass.ContextSpecific, 0);

    /// <summary>The form OpenSSL's configuration has, <c>1.2.3;UTF8:text</c>.</summary>
    /// <exception cref="NameException">It is another.</exception>
    internal static string Normalize(string text) => text.Split(';', 2) is [var oid, ['U' or 'u', 'T' or 't', 'F' or 'f', '8', ':', _, ..] value] && IsOid(oid.Trim())
        ? $"{oid.Trim()};UTF8:{value[5..]}"
        : throw new NameException(ErrorCode.NameInvalid, $"'{text}' is not an otherName of the form 1.2.3.4;UTF8:text. Correct it; other value types are read, not written.");

    internal static void Write(AsnWriter writer, string oid, string text)
    {
        using (writer.PushSequence(Tag))
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSequence(Tag))
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);
        }
    }

    /// <summary>The identifier, and the text when it is one.</summary>
    internal static (string Oid, string? Text) Read(ReadOnlyMemory<byte> encoded)
    {
        var name = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence(Tag);
        var oid = name.ReadObjectIdentifier();
        var value = name.ReadSequence(Tag);
        return (oid, value.PeekTag() == new Asn1Tag(UniversalTagNumber.UTF8String) ? value.ReadCharacterString(UniversalTagNumber.UTF8String) : null);
    }

    internal static bool IsOid(string text)
    {
        try
        {
            new AsnWriter(AsnEncodingRules.DER).WriteObjectIdentifier(text);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

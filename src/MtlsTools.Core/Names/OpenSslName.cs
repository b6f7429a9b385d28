using System.Formats.Asn1;
using System.Text;

namespace MtlsTools.Names;

/// <summary>Names as OpenSSL prints them, and nginx after it: made from the encoding, because both show what is encoded and not what it means.</summary>
internal static class OpenSslName
{
    /// <summary>X509_NAME_print_ex with XN_FLAG_RFC2253.</summary>
    internal static string ToRfc2253(DistinguishedName name)
    {
        var text = new StringBuilder();
        var attributes = Attributes(name);
        for (var i = attributes.Count - 1; i >= 0; i--)
        {
            var (part, oid, value) = attributes[i];
            if (i < attributes.Count - 1)
                text.Append(attributes[i + 1].Part == part ? '+' : ',');
            text.Append(ShortName(oid)).Append('=');
            if (ShortName(oid) != oid && ToUtf8(value) is { } octets)
                Escape(text, octets);
            else
                text.Append('#').Append(Convert.ToHexString(value.Span));
        }

        return text.ToString();
    }

    /// <summary>X509_NAME_oneline: every octet of a value for itself.</summary>
    internal static string ToSlash(DistinguishedName name)
    {
        var text = new StringBuilder();
        var last = -1;
        foreach (var (part, oid, value) in Attributes(name))
        {
            text.Append(part == last ? '+' : '/').Append(ShortName(oid)).Append('=');
            last = part;
            foreach (var octet in Content(value).Span)
            {
                if (octet is < 0x20 or > 0x7E)
                    text.Append("\\x").Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
                else if (octet is (byte)'/' or (byte)'+')
                    text.Append('\\').Append((char)octet);
                else
                    text.Append((char)octet);
            }
        }

        return text.ToString();
    }

    /// <summary>All attributes in encoded order, with the number of the relative name they stand in.</summary>
    private static List<(int Part, string Oid, ReadOnlyMemory<byte> Value)> Attributes(DistinguishedName name)
    {
        var attributes = new List<(int, string, ReadOnlyMemory<byte>)>();
        var sequence = new AsnReader(name.Der, AsnEncodingRules.BER).ReadSequence();
        for (var part = 0; sequence.HasData; part++)
        {
            var set = sequence.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                attributes.Add((part, attribute.ReadObjectIdentifier(), attribute.ReadEncodedValue()));
            }
        }

        return attributes;
    }

    private static string ShortName(string oid) => AttributeTypes.NameOf(oid) is var name && name == "STREET" ? "street" : name;

    /// <summary>The octets that OpenSSL keeps of a value: of a bit string not the first, which counts unused bits.</summary>
    private static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.BER);
        return reader.PeekContentBytes()[(reader.PeekTag() == Asn1Tag.PrimitiveBitString ? 1 : 0)..];
    }

    /// <summary>The text of a string type that OpenSSL knows; null for any other.</summary>
    private static byte[]? ToUtf8(ReadOnlyMemory<byte> value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.BER);
        var content = reader.PeekContentBytes().Span;
        return (UniversalTagNumber)reader.PeekTag().TagValue switch
        {
            UniversalTagNumber.UTF8String => content.ToArray(),
            UniversalTagNumber.NumericString or UniversalTagNumber.PrintableString or UniversalTagNumber.TeletexString or UniversalTagNumber.IA5String or UniversalTagNumber.UtcTime or UniversalTagNumber.GeneralizedTime or UniversalTagNumber.VisibleString
                => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.Latin1.GetString(content)),
            UniversalTagNumber.BMPString => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.BigEndianUnicode.GetString(content)),
            UniversalTagNumber.UniversalString => System.Text.Encoding.UTF8.GetBytes(new UTF32Encoding(bigEndian: true, byteOrderMark: false).GetString(content)),
            _ => null,
        };
    }

    private static void Escape(StringBuilder text, byte[] octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            var c = (char)octets[i];
            if (c is < ' ' or > '~')
            {
                text.Append('\\').Append(octets[i].ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
                continue;
            }

            var special = c is ',' or '+' or '"' or '\\' or '<' or '>' or ';' || (i == 0 && (c is ' ' or '#')) || (i == octets.Length - 1 && c == ' ');
            text.Append(special ? "\\" : "").Append(c);
        }
    }
}

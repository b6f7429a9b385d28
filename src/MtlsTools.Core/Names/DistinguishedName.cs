using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Names;

/// <summary>An X.501 distinguished name. Reads RFC 4514 (<c>CN=api,O=Acme,C=FR</c>) and OpenSSL's slash form (<c>/C=FR/O=Acme/CN=api</c>).</summary>
public sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    private DistinguishedName(IReadOnlyList<IReadOnlyList<AttributeTypeAndValue>> parts, byte[] der)
    {
        Parts = parts;
        Der = der;
    }

    /// <summary>The name without any attribute; a certificate with it needs a subject alternative name.</summary>
    public static DistinguishedName Empty { get; } = FromParts([]);

    /// <summary>The relative names in encoded order (country first, usually); more than one attribute in a part is a multi-valued RDN.</summary>
    public IReadOnlyList<IReadOnlyList<AttributeTypeAndValue>> Parts { get; }

    /// <summary>The DER encoding.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>Whether the name has no attribute at all.</summary>
    public bool IsEmpty => Parts.Count == 0;

    /// <summary>The most specific common name, or null.</summary>
    public string? CommonName => Parts.Reverse().SelectMany(part => part).FirstOrDefault(attribute => attribute.Oid == "2.5.4.3")?.Value;

    /// <summary>Reads a name in either form. RFC 4514 lists the most specific part first, the slash form lists it last.</summary>
    /// <exception cref="NameException">The text is not a distinguished name, or an attribute type is unknown.</exception>
    public static DistinguishedName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = text.TrimStart();
        text = start.TrimEnd();
        if (text.Length == 0)
            return Empty;
        if (text[^1] == '\\' && text.Length < start.Length)
            text += ' '; // an escaped space belongs to the value
        return FromParts(text[0] == '/' ? DistinguishedNameParser.ParseSlash(text) : DistinguishedNameParser.ParseRfc4514(text));
    }

    /// <summary>Makes a name from a common name alone.</summary>
    public static DistinguishedName FromCommonName(string commonName) => FromParts([[new AttributeTypeAndValue("2.5.4.3", commonName)]]);

    /// <summary>Makes a name from attributes, types being names or dotted numbers; those without a value are left out.</summary>
    /// <param name="attributes">The attributes, each a part of its own, the most specific first as in RFC 4514.</param>
    /// <param name="ordered">Whether their order is meant; else they are brought into the usual one: country, state, place, organisation, unit, common name.</param>
    /// <exception cref="NameException">A type is unknown, or a value does not fit its type.</exception>
    public static DistinguishedName FromAttributes(IEnumerable<KeyValuePair<string, string>> attributes, bool ordered)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var parts = attributes
            .Where(attribute => attribute.Value.Length > 0)
            .Select(attribute => new AttributeTypeAndValue(
                AttributeTypes.OidOf(attribute.Key.Trim()) ?? throw new NameException(ErrorCode.NameInvalid, $"The attribute type '{attribute.Key}' is unknown; known are {AttributeTypes.List}, and dotted numbers. Use one of them."),
                attribute.Value))
            .ToList();
        if (ordered)
            parts.Reverse();
        else
            parts = parts.OrderBy(part => AttributeTypes.RankOf(part.Oid)).ToList();
        return FromParts(parts.Select(part => (IReadOnlyList<AttributeTypeAndValue>)[part]).ToList());
    }

    /// <summary>Reads the DER encoding of a name.</summary>
    /// <exception cref="NameException">The bytes are not a name.</exception>
    public static DistinguishedName Decode(ReadOnlyMemory<byte> der)
    {
        try
        {
            var parts = new List<IReadOnlyList<AttributeTypeAndValue>>();
            var sequence = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            while (sequence.HasData)
            {
                var set = sequence.ReadSetOf(skipSortOrderValidation: true);
                var part = new List<AttributeTypeAndValue>();
                while (set.HasData)
                {
                    var attribute = set.ReadSequence();
                    part.Add(DecodeAttribute(attribute.ReadObjectIdentifier(), attribute));
                    attribute.ThrowIfNotEmpty();
                }

                parts.Add(part);
            }

            return new DistinguishedName(parts, der.ToArray());
        }
        catch (AsnContentException damaged)
        {
            throw new NameException(ErrorCode.NameInvalid, "The distinguished name is not valid DER. Get a fresh copy of the certificate or request.", damaged);
        }
    }

    /// <summary>The platform's form of the name.</summary>
    public X500DistinguishedName ToX500() => new(Der.Span);

    /// <summary>What nginx (1.11.6 and later) gives as <c>$ssl_client_s_dn</c>, byte for byte: OpenSSL's reading of RFC 2253, with all that is not ASCII as hex pairs.</summary>
    public string Nginx => OpenSslName.ToRfc2253(this);

    /// <summary>What nginx gives as <c>$ssl_client_s_dn_legacy</c>, and <c>openssl x509 -nameopt compat</c> shows: <c>/C=FR/O=Acme/CN=api</c>, every byte as it is encoded.</summary>
    public string NginxLegacy => OpenSslName.ToSlash(this);

    /// <summary>OpenSSL's slash form, as in its index file: <c>/C=FR/O=Acme/CN=api</c>.</summary>
    public string ToSlashString() => string.Concat(Parts.Select(part =>
        "/" + string.Join('+', part.Select(attribute => $"{attribute.Name}={EscapeSlash(attribute.Value)}"))));

    /// <summary>OpenSSL's one-line form: <c>C = FR, O = Acme, CN = api</c>.</summary>
    public string ToOneLine() => string.Join(", ", Parts.Select(part => string.Join(" + ", part.Select(attribute => attribute.ToOneLine()))));

    /// <summary>RFC 4514, most specific part first: <c>CN=api,O=Acme,C=FR</c>.</summary>
    public override string ToString() => string.Join(',', Parts.Reverse().Select(part => string.Join('+', part)));

    /// <summary>Whether both name the same subject (RFC 5280, 7.1): string types, letter case and the amount of space make no difference. <see cref="Equals(DistinguishedName)"/> is stricter: the same bytes.</summary>
    public bool Matches(DistinguishedName other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Equals(other) || CanonicalName.Of(this) == CanonicalName.Of(other);
    }

    /// <inheritdoc/>
    public bool Equals(DistinguishedName? other) => other is not null && Der.Span.SequenceEqual(other.Der.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Der.Span);
        return hash.ToHashCode();
    }

    internal static DistinguishedName FromParts(IReadOnlyList<IReadOnlyList<AttributeTypeAndValue>> parts)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        try
        {
            using (writer.PushSequence())
            {
                foreach (var part in parts)
                {
                    using (writer.PushSetOf())
                        foreach (var attribute in part)
                            attribute.WriteTo(writer);
                }
            }
        }
        catch (Exception failed) when (failed is System.Text.EncoderFallbackException or CryptographicException or ArgumentException)
        {
            throw new NameException(ErrorCode.NameInvalid, "A value of the distinguished name has characters that its attribute can not hold: C, serialNumber and dnQualifier take plain letters and digits, emailAddress and DC take ASCII. Change that value.", failed);
        }

        if (parts.SelectMany(part => part).FirstOrDefault(a => a.Oid == "2.5.4.6" && !(a.Value.Length == 2 && a.Value.All(char.IsAsciiLetter))) is { } country)
            throw new NameException(ErrorCode.NameInvalid, $"The country 'C={country.Value}' is not two letters. Use the ISO 3166 code, as in C=FR.");
        if (parts.SelectMany(part => part).FirstOrDefault(a => a.Oid == "2.5.4.3" && a.Value.EnumerateRunes().Count() > 64) is { } common)
            throw new NameException(ErrorCode.CommonNameTooLong, $"The common name '{common.Value}' has {common.Value.EnumerateRunes().Count()} characters; RFC 5280 allows 64. Shorten it and put the long name into -DnsName.");

        // Read back, so that multi-valued parts stand in the order that DER gives them.
        return Decode(writer.Encode());
    }

    internal static AttributeTypeAndValue DecodeAttribute(string oid, AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass == TagClass.Universal)
        {
            switch ((UniversalTagNumber)tag.TagValue)
            {
                case UniversalTagNumber.UTF8String:
                case UniversalTagNumber.BMPString:
                    return new AttributeTypeAndValue(oid, reader.ReadCharacterString((UniversalTagNumber)tag.TagValue));
                case UniversalTagNumber.UniversalString:
                    var utf32 = new System.Text.UTF32Encoding(bigEndian: true, byteOrderMark: false).GetString(reader.PeekContentBytes().Span);
                    reader.ReadEncodedValue();
                    return new AttributeTypeAndValue(oid, utf32);
                case UniversalTagNumber.PrintableString:
                case UniversalTagNumber.IA5String:
                case UniversalTagNumber.NumericString:
                case UniversalTagNumber.VisibleString:
                case UniversalTagNumber.TeletexString:
                    // Issuers in the field put '*', '@' and '_' into PrintableStrings, and T.61 is Latin-1 in practice (OpenSSL and Windows both write it so).
                    var latin = System.Text.Encoding.Latin1.GetString(reader.PeekContentBytes().Span);
                    reader.ReadEncodedValue();
                    return new AttributeTypeAndValue(oid, latin);
            }
        }

        return new AttributeTypeAndValue(oid, "#" + Convert.ToHexString(reader.ReadEncodedValue().Span)) { IsEncoded = true };
    }

    private static string EscapeSlash(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("/", "\\/", StringComparison.Ordinal)
        .Replace("+", "\\+", StringComparison.Ordinal);
}

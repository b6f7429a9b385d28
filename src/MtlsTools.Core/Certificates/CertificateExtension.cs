using System.Formats.Asn1;

namespace MtlsTools.Certificates;

/// <summary>One extension of a certificate, a CRL or a CRL's entry (RFC 5280, 4.1).</summary>
internal sealed record CertificateExtension(string Oid, bool IsCritical, ReadOnlyMemory<byte> Content)
{
    /// <summary>Reads a SEQUENCE of extensions.</summary>
    /// <exception cref="AsnContentException">The content is damaged, or an extension stands twice (RFC 5280, 4.2).</exception>
    internal static List<CertificateExtension> ReadAll(AsnReader reader)
    {
        var list = reader.ReadSequence();
        var extensions = new List<CertificateExtension>();
        while (list.HasData)
        {
            var one = list.ReadSequence();
            var oid = one.ReadObjectIdentifier();
            var critical = one.PeekTag() == Asn1Tag.Boolean && one.ReadBoolean();
            if (!one.TryReadPrimitiveOctetString(out var content))
                throw new AsnContentException("An extension's content is an octet string.");
            one.ThrowIfNotEmpty();
            if (extensions.Exists(extension => extension.Oid == oid))
                throw new AsnContentException($"The extension {oid} stands twice.");
            extensions.Add(new CertificateExtension(oid, critical, content));
        }

        return extensions;
    }
}

/// <summary>basicConstraints (RFC 5280, 4.2.1.9).</summary>
internal sealed record BasicConstraintsValue(bool IsCa, int? PathLength)
{
    internal static BasicConstraintsValue Decode(ReadOnlyMemory<byte> content)
    {
        var sequence = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        var isCa = sequence.HasData && sequence.PeekTag() == Asn1Tag.Boolean && sequence.ReadBoolean();
        if (!sequence.HasData)
            return new BasicConstraintsValue(isCa, null);
        var length = sequence.ReadInteger();
        sequence.ThrowIfNotEmpty();
        return length.Sign >= 0 ? new BasicConstraintsValue(isCa, length > 1000 ? 1000 : (int)length) : throw new AsnContentException("A path length is not negative.");
    }
}

/// <summary>The bits of keyUsage (RFC 5280, 4.2.1.3) that matter in a path.</summary>
internal sealed record KeyUsageValue(bool DigitalSignature, bool KeyCertSign, bool CrlSign)
{
    internal static KeyUsageValue Decode(ReadOnlyMemory<byte> content)
    {
        var bits = new AsnReader(content, AsnEncodingRules.BER).ReadNamedBitList();
        return new KeyUsageValue(Has(0), Has(5), Has(6));

        bool Has(int bit) => bit < bits.Length && bits[bit];
    }
}

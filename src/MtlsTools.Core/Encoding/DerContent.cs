using System.Formats.Asn1;

namespace MtlsTools.Encoding;

/// <summary>What a DER structure is, told from its shape.</summary>
internal enum DerKind
{
    Unknown,
    Certificate,
    Request,
    Pfx,
    Pkcs8,
    EncryptedPkcs8,
    Pkcs1,
    Sec1,
    PublicKey,
    Pkcs7,
    Crl,
}

/// <summary>Tells DER structures apart by their first elements.</summary>
internal static class DerContent
{
    internal static DerKind Detect(ReadOnlyMemory<byte> der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            var first = outer.PeekTag();
            if (first == Asn1Tag.Integer)
                return DetectVersioned(outer);
            if (first == Asn1Tag.ObjectIdentifier)
                return DerKind.Pkcs7;
            var inner = outer.ReadSequence();
            if (inner.PeekTag() == Asn1Tag.ObjectIdentifier)
                return !outer.HasData ? DerKind.Unknown : outer.PeekTag().TagValue == (int)UniversalTagNumber.BitString ? DerKind.PublicKey : DerKind.EncryptedPkcs8;
            return DetectSigned(inner);
        }
        catch (AsnContentException)
        {
            return DerKind.Unknown;
        }
    }

    /// <summary>The name that a person would use for a kind.</summary>
    internal static string Describe(DerKind kind) => kind switch
    {
        DerKind.Certificate => "a certificate",
        DerKind.Request => "a certificate request",
        DerKind.Pfx => "a PFX (PKCS#12) file",
        DerKind.Pkcs8 or DerKind.Pkcs1 or DerKind.Sec1 => "a private key",
        DerKind.EncryptedPkcs8 => "an encrypted private key",
        DerKind.PublicKey => "a public key",
        DerKind.Pkcs7 => "a PKCS#7 bundle",
        DerKind.Crl => "a revocation list",
        _ => "something else",
    };

    private static DerKind DetectVersioned(AsnReader outer)
    {
        var version = outer.ReadInteger();
        var second = outer.PeekTag();
        if (second == Asn1Tag.Integer)
            return DerKind.Pkcs1;
        if (second.TagValue == (int)UniversalTagNumber.OctetString)
            return DerKind.Sec1;
        return version == 3 ? DerKind.Pfx : DerKind.Pkcs8;
    }

    private static DerKind DetectSigned(AsnReader inner)
    {
        if (inner.PeekTag().TagClass == TagClass.ContextSpecific)
            return DerKind.Certificate;
        if (inner.PeekTag() == Asn1Tag.Sequence)
            return DerKind.Crl; // version 1, which is not written
        inner.ReadEncodedValue();
        inner.ReadEncodedValue();
        inner.ReadEncodedValue();
        if (inner.HasData && inner.PeekTag() is { TagClass: TagClass.Universal, TagValue: (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime })
            return DerKind.Crl;

        // A version 1 certificate has its validity (a SEQUENCE) where a request has its attributes ([0]).
        return inner.HasData && inner.PeekTag().TagClass == TagClass.Universal ? DerKind.Certificate : DerKind.Request;
    }
}

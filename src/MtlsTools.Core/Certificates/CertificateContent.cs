using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Certificates;

/// <summary>A certificate taken apart (RFC 5280, 4.1). The platform's own object is made only where the platform needs one: it decodes the public key each time, which costs more than everything else about a certificate.</summary>
internal sealed class CertificateContent
{
    private readonly Lazy<bool> selfSigned;

    private CertificateContent(ReadOnlyMemory<byte> der)
    {
        Der = der;
        selfSigned = new Lazy<bool>(() => Subject.Equals(Issuer) && Signature.IsValid(Der, PublicKey));
    }

    internal ReadOnlyMemory<byte> Der { get; }

    /// <summary>1 or 3.</summary>
    internal int Version { get; private set; } = 1;

    /// <summary>The serial number, big-endian, without leading zeros.</summary>
    internal ReadOnlyMemory<byte> SerialNumber { get; private set; }

    /// <summary>The signature algorithm's object identifier.</summary>
    internal string SignatureAlgorithm { get; private set; } = "";

    internal DistinguishedName Issuer { get; private set; } = DistinguishedName.Empty;

    internal DateTimeOffset NotBefore { get; private set; }

    internal DateTimeOffset NotAfter { get; private set; }

    internal DistinguishedName Subject { get; private set; } = DistinguishedName.Empty;

    internal PublicKeyInfo PublicKey { get; private set; } = null!;

    internal IReadOnlyList<CertificateExtension> Extensions { get; private set; } = [];

    internal IReadOnlyList<AlternativeName> San { get; private set; } = [];

    /// <summary>Whether basicConstraints are there, say CA:TRUE, and how many CAs may follow.</summary>
    internal (bool IsCa, int? PathLength)? BasicConstraints { get; private set; }

    /// <summary>The key usages, or null without the extension.</summary>
    internal X509KeyUsageFlags? KeyUsage { get; private set; }

    /// <summary>Whether keyUsage is there and leaves this usage out.</summary>
    internal bool Forbids(X509KeyUsageFlags usage) => KeyUsage is { } usages && !usages.HasFlag(usage);

    /// <summary>The purposes' object identifiers, or null without the extension.</summary>
    internal IReadOnlyList<string>? ExtendedKeyUsage { get; private set; }

    /// <summary>The subject key identifier, or null.</summary>
    internal ReadOnlyMemory<byte>? SubjectKeyIdentifier { get; private set; }

    internal bool IsSelfSigned => selfSigned.Value;

    internal CertificateExtension? FindExtension(string oid)
    {
        foreach (var extension in Extensions)
        {
            if (extension.Oid == oid)
                return extension;
        }

        return null;
    }

    /// <summary>Takes a certificate apart.</summary>
    /// <exception cref="AsnContentException">The structure is damaged.</exception>
    /// <exception cref="MtlsException">A name, an extension or the key in it is damaged.</exception>
    internal static CertificateContent Decode(ReadOnlyMemory<byte> der)
    {
        var whole = new AsnReader(der, AsnEncodingRules.BER);
        var outer = whole.ReadSequence();
        whole.ThrowIfNotEmpty();
        var content = new CertificateContent(der);
        var tbs = outer.ReadSequence();
        var algorithm = outer.ReadEncodedValue();
        outer.ReadBitString(out _);
        outer.ThrowIfNotEmpty();
        content.ReadTbs(tbs, algorithm);
        content.ReadKnownExtensions();
        return content;
    }

    private void ReadTbs(AsnReader tbs, ReadOnlyMemory<byte> outerAlgorithm)
    {
        var versionTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (tbs.PeekTag() == versionTag)
            Version = tbs.ReadSequence(versionTag).TryReadInt32(out var version) && version is >= 0 and <= 2 ? version + 1 : throw new AsnContentException("The version is none of 1 to 3.");
        SerialNumber = WithoutLeadingZeros(tbs.ReadIntegerBytes());
        var algorithm = tbs.ReadEncodedValue();
        if (!algorithm.Span.SequenceEqual(outerAlgorithm.Span))
            throw new AsnContentException("The two statements of the signature algorithm differ (RFC 5280, 4.1.1.2).");
        SignatureAlgorithm = new AsnReader(algorithm, AsnEncodingRules.BER).ReadSequence().ReadObjectIdentifier();
        Issuer = DistinguishedName.Decode(tbs.ReadEncodedValue());
        var validity = tbs.ReadSequence();
        NotBefore = ReadTime(validity);
        NotAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        Subject = DistinguishedName.Decode(tbs.ReadEncodedValue());
        PublicKey = PublicKeyInfo.Decode(tbs.ReadEncodedValue());
        for (var uniqueId = 1; uniqueId <= 2; uniqueId++)
        {
            if (tbs.HasData && tbs.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, uniqueId)))
                tbs.ReadEncodedValue();
        }

        if (tbs.HasData)
            Extensions = ReadExtensions(tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3)));
        tbs.ThrowIfNotEmpty();
    }

    /// <summary>Reads extensions, of certificates, CRLs and CRL entries; nothing may follow them.</summary>
    /// <exception cref="AsnContentException">The content is damaged, or an extension stands twice.</exception>
    internal static List<CertificateExtension> ReadExtensions(AsnReader wrapper)
    {
        var list = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        var extensions = new List<CertificateExtension>();
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (extensions.Exists(one => one.Oid == oid))
                throw new AsnContentException($"The extension {oid} is there twice (RFC 5280, 4.2).");
            var critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            extensions.Add(new CertificateExtension(oid, critical, extension.ReadOctetString()));
            extension.ThrowIfNotEmpty();
        }

        return extensions;
    }

    private void ReadKnownExtensions()
    {
        foreach (var extension in Extensions)
        {
            var reader = new AsnReader(extension.Value, AsnEncodingRules.BER);
            switch (extension.Oid)
            {
                case CertificateExtension.BasicConstraints:
                    var constraints = reader.ReadSequence();
                    var isCa = constraints.HasData && constraints.PeekTag() == Asn1Tag.Boolean && constraints.ReadBoolean();
                    int? pathLength = !constraints.HasData ? null : constraints.TryReadInt32(out var length) && length >= 0 ? length : throw new AsnContentException("The path length is no number.");
                    constraints.ThrowIfNotEmpty();
                    BasicConstraints = (isCa, pathLength);
                    break;
                case CertificateExtension.KeyUsage:
                    KeyUsage = ReadKeyUsage(reader.ReadBitString(out _));
                    break;
                case CertificateExtension.ExtendedKeyUsage:
                    var purposes = reader.ReadSequence();
                    var oids = new List<string>();
                    while (purposes.HasData)
                        oids.Add(purposes.ReadObjectIdentifier());
                    ExtendedKeyUsage = oids;
                    break;
                case CertificateExtension.SubjectKeyIdentifier:
                    SubjectKeyIdentifier = reader.ReadOctetString();
                    break;
                case AlternativeNames.Oid:
                    San = AlternativeNames.Decode(extension.Value);
                    continue;
                default:
                    continue;
            }

            reader.ThrowIfNotEmpty();
        }
    }

    /// <summary>Bit 0 is the highest of the first octet; the platform's flags hold the first octet as it is and bit 8, decipherOnly, at 0x8000.</summary>
    private static X509KeyUsageFlags ReadKeyUsage(byte[] bits) =>
        (X509KeyUsageFlags)((bits.Length > 0 ? bits[0] : 0) | (bits.Length > 1 ? (bits[1] & 0x80) << 8 : 0));

    private static DateTimeOffset ReadTime(AsnReader validity) =>
        validity.PeekTag() == Asn1Tag.UtcTime ? validity.ReadUtcTime() : validity.ReadGeneralizedTime();

    private static ReadOnlyMemory<byte> WithoutLeadingZeros(ReadOnlyMemory<byte> number)
    {
        while (number.Length > 1 && number.Span[0] == 0)
            number = number[1..];
        return number;
    }
}

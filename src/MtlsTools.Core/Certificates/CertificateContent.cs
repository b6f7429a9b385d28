using System.Formats.Asn1;
using MtlsTools.Keys;

namespace MtlsTools.Certificates;

/// <summary>What path validation reads of a certificate, straight from its DER (RFC 5280, 4.1), so that no platform's reading of it stands in between.</summary>
internal sealed class CertificateContent
{
    private CertificateContent(int version, ReadOnlyMemory<byte> serialNumber, SignedStructure signature, bool algorithmsAgree, IReadOnlyList<CertificateExtension> extensions)
    {
        Version = version;
        SerialNumber = serialNumber;
        Signature = signature;
        AlgorithmsAgree = algorithmsAgree;
        Extensions = extensions;
        BasicConstraints = Read(BasicConstraintsOid, BasicConstraintsValue.Decode);
        KeyUsage = Read(KeyUsageOid, KeyUsageValue.Decode);
        Purposes = Read(PurposesOid, DecodeOids);
        SubjectKeyId = Read(SubjectKeyIdOid, content => new AsnReader(content, AsnEncodingRules.DER).ReadOctetString());
        AuthorityKeyId = Read(AuthorityKeyIdOid, DecodeAuthorityKeyId);
    }

    internal const string BasicConstraintsOid = "2.5.29.19";
    internal const string KeyUsageOid = "2.5.29.15";
    internal const string PurposesOid = "2.5.29.37";
    private const string SubjectKeyIdOid = "2.5.29.14";
    private const string AuthorityKeyIdOid = "2.5.29.35";

    /// <summary>1, 2 or 3.</summary>
    internal int Version { get; }

    /// <summary>The octets of the serial number, an INTEGER.</summary>
    internal ReadOnlyMemory<byte> SerialNumber { get; }

    /// <summary>Signed part, algorithm and signature.</summary>
    internal SignedStructure Signature { get; }

    /// <summary>Whether the algorithm inside the signed part is the one outside (RFC 5280, 4.1.1.2).</summary>
    internal bool AlgorithmsAgree { get; }

    /// <summary>The extensions in their order.</summary>
    internal IReadOnlyList<CertificateExtension> Extensions { get; }

    /// <summary>basicConstraints, or null.</summary>
    internal BasicConstraintsValue? BasicConstraints { get; }

    /// <summary>keyUsage, or null.</summary>
    internal KeyUsageValue? KeyUsage { get; }

    /// <summary>extendedKeyUsage, or null.</summary>
    internal IReadOnlyList<string>? Purposes { get; }

    /// <summary>subjectKeyIdentifier, or null.</summary>
    internal byte[]? SubjectKeyId { get; }

    /// <summary>The key identifier of authorityKeyIdentifier, or null.</summary>
    internal byte[]? AuthorityKeyId { get; }

    /// <summary>An extension's content, or null.</summary>
    internal ReadOnlyMemory<byte>? Find(string oid)
    {
        foreach (var extension in Extensions)
        {
            if (extension.Oid == oid)
                return extension.Content;
        }

        return null;
    }

    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static CertificateContent Decode(ReadOnlyMemory<byte> der)
    {
        var signature = SignedStructure.Read(der);
        var signed = new AsnReader(signature.Signed, AsnEncodingRules.DER).ReadSequence();
        var version = ReadVersion(signed);
        var serialNumber = signed.ReadIntegerBytes();
        var inner = signed.ReadEncodedValue();
        for (var i = 0; i < 4; i++)
            signed.ReadEncodedValue(); // issuer, validity, subject, key: read elsewhere
        while (signed.HasData && signed.PeekTag().TagValue is 1 or 2)
            signed.ReadEncodedValue();
        var extensions = ReadExtensions(signed, new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true));
        if (extensions.Count > 0 && version != 3)
            throw new AsnContentException("Only version 3 has extensions.");
        return new CertificateContent(version, serialNumber, signature, inner.Span.SequenceEqual(signature.Algorithm.Span), extensions);
    }

    /// <summary>Reads explicitly tagged extensions, of certificates and of CRLs.</summary>
    /// <exception cref="AsnContentException">The content is damaged, or an extension stands twice (RFC 5280, 4.2).</exception>
    internal static IReadOnlyList<CertificateExtension> ReadExtensions(AsnReader signed, Asn1Tag tag)
    {
        if (!signed.HasData)
            return [];
        var tagged = signed.ReadSequence(tag);
        signed.ThrowIfNotEmpty();
        var extensions = CertificateExtension.ReadAll(tagged);
        tagged.ThrowIfNotEmpty();
        return extensions;
    }

    private static int ReadVersion(AsnReader signed)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (signed.PeekTag() != tag)
            return 1;
        return signed.ReadSequence(tag).TryReadInt32(out var version) && version is >= 0 and <= 2 ? version + 1 : throw new AsnContentException("The version is none of 1, 2 and 3.");
    }

    private static List<string> DecodeOids(ReadOnlyMemory<byte> content)
    {
        var sequence = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        var oids = new List<string>();
        while (sequence.HasData)
            oids.Add(sequence.ReadObjectIdentifier());
        return oids;
    }

    private static byte[]? DecodeAuthorityKeyId(ReadOnlyMemory<byte> content)
    {
        var sequence = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        return sequence.HasData && sequence.PeekTag() == tag ? sequence.ReadOctetString(tag) : null;
    }

    private T? Read<T>(string oid, Func<ReadOnlyMemory<byte>, T?> decode)
        where T : class => Find(oid) is { } content ? decode(content) : null;
}

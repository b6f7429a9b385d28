using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Verification.Paths;

/// <summary>What path validation reads of a certificate beyond what everyone sees of it. Reading for people is generous with encodings; here the signed structure has to be DER.</summary>
internal sealed class PathContent
{
    private readonly CertificateContent content;

    private PathContent(CertificateContent content, SignedStructure signature, ReadOnlyMemory<byte> serialNumber, byte[]? authorityKeyId)
    {
        this.content = content;
        Signature = signature;
        SerialNumber = serialNumber;
        AuthorityKeyId = authorityKeyId;
    }

    internal int Version => content.Version;

    internal SignedStructure Signature { get; }

    /// <summary>The octets of the INTEGER, whose sign counts.</summary>
    internal ReadOnlyMemory<byte> SerialNumber { get; }

    internal IReadOnlyList<CertificateExtension> Extensions => content.Extensions;

    internal (bool IsCa, int? PathLength)? BasicConstraints => content.BasicConstraints;

    internal IReadOnlyList<string>? Purposes => content.ExtendedKeyUsage;

    internal ReadOnlyMemory<byte>? SubjectKeyId => content.SubjectKeyIdentifier;

    internal byte[]? AuthorityKeyId { get; }

    /// <exception cref="AsnContentException">It is not encoded as RFC 5280, 4.1 has it.</exception>
    internal static PathContent Of(MtlsCertificate certificate)
    {
        var signature = SignedStructure.Read(certificate.RawData);
        var signed = new AsnReader(signature.Signed, AsnEncodingRules.DER).ReadSequence();
        if (signed.PeekTag().TagClass == TagClass.ContextSpecific)
            signed.ReadEncodedValue();
        var serialNumber = signed.ReadIntegerBytes();
        if (certificate.Content is { Version: not 3, Extensions.Count: > 0 })
            throw new AsnContentException("Only version 3 has extensions.");
        return new PathContent(certificate.Content, signature, serialNumber, DecodeAuthorityKeyId(certificate.Content.FindExtension(CertificateExtension.AuthorityKeyIdentifier)?.Value));
    }

    /// <summary>An extension's content, or null.</summary>
    internal ReadOnlyMemory<byte>? Find(string oid) => content.FindExtension(oid)?.Value;

    /// <summary>Whether keyUsage is there and leaves this usage out.</summary>
    internal bool Forbids(X509KeyUsageFlags usage) => content.Forbids(usage);

    private static byte[]? DecodeAuthorityKeyId(ReadOnlyMemory<byte>? value)
    {
        if (value is null)
            return null;
        var sequence = new AsnReader(value.Value, AsnEncodingRules.DER).ReadSequence();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        return sequence.HasData && sequence.PeekTag() == tag ? sequence.ReadOctetString(tag) : null;
    }
}

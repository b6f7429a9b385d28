using System.Formats.Asn1;
using MtlsTools.Certificates;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>The extensions of requests and responses.</summary>
internal static class OcspExtensions
{
    /// <summary>RFC 9654, 2.1: what a responder has to take.</summary>
    private const int LongestNonce = 128;

    /// <summary>Reads extensions behind an explicit tag; none when they are not there.</summary>
    /// <exception cref="AsnContentException">They are damaged.</exception>
    internal static IReadOnlyList<CertificateExtension> Read(AsnReader reader, int tag)
    {
        var explicitTag = new Asn1Tag(TagClass.ContextSpecific, tag, isConstructed: true);
        return reader.HasData && reader.PeekTag() == explicitTag ? CertificateContent.ReadExtensions(reader.ReadSequence(explicitTag)) : [];
    }

    /// <summary>The content of the nonce extension, or null.</summary>
    /// <exception cref="AsnContentException">It is no octet string of 1 to 128 octets (RFC 9654).</exception>
    internal static byte[]? Nonce(IReadOnlyList<CertificateExtension> extensions)
    {
        if (extensions.FirstOrDefault(one => one.Oid == OcspOids.Nonce) is not { } extension)
            return null;
        var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
        var nonce = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return nonce.Length is > 0 and <= LongestNonce ? nonce : throw new AsnContentException("A nonce has 1 to 128 octets.");
    }

    internal static void WriteNonce(AsnWriter writer, int tag, byte[] nonce)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag)))
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(OcspOids.Nonce);
            using (writer.PushOctetString())
                writer.WriteOctetString(nonce);
        }
    }
}

using System.Formats.Asn1;

namespace MtlsTools.Keys;

/// <summary>The one structure that X.509 uses everywhere (certificates, requests, CRLs): SEQUENCE { signed part, algorithm, signature }.</summary>
/// <param name="Signed">The signed part, as it is encoded.</param>
/// <param name="Algorithm">The AlgorithmIdentifier, as it is encoded.</param>
/// <param name="Signature">The signature's octets.</param>
internal sealed record SignedStructure(ReadOnlyMemory<byte> Signed, ReadOnlyMemory<byte> Algorithm, ReadOnlyMemory<byte> Signature)
{
    /// <summary>The algorithm's object identifier.</summary>
    internal string AlgorithmOid { get; } = new AsnReader(Algorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier();

    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static SignedStructure Read(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var outer = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var signed = outer.ReadEncodedValue();
        var algorithm = outer.ReadEncodedValue();
        if (!outer.TryReadPrimitiveBitString(out var unused, out var signature))
            throw new AsnContentException("A signature is a bit string.");
        outer.ThrowIfNotEmpty();

        // A signature is made of whole octets; one that is not is a wrong signature, in a structure that can be read.
        return new SignedStructure(signed, algorithm, unused == 0 ? signature : ReadOnlyMemory<byte>.Empty);
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

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

    /// <summary>Signs a part that is encoded already, and puts the structure together.</summary>
    /// <param name="signed">The part to sign, as it is encoded; it names the algorithm, too.</param>
    /// <param name="algorithm">The AlgorithmIdentifier, as it is encoded.</param>
    /// <param name="generator">Signs.</param>
    /// <param name="hash">The hash of that algorithm.</param>
    /// <returns>The DER encoding.</returns>
    internal static byte[] Sign(byte[] signed, byte[] algorithm, X509SignatureGenerator generator, HashAlgorithmName hash)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, signed.Length + 1024);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signed);
            writer.WriteEncodedValue(algorithm);
            writer.WriteBitString(generator.SignData(signed, hash));
        }

        return writer.Encode();
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;

namespace MtlsTools.Keys;

/// <summary>Checks one signature of an X.509 structure. Whoever has many of one signer keeps a <see cref="SignatureChecker"/>.</summary>
internal static class Signature
{
    /// <summary>Whether <paramref name="signer"/> made the signature of <paramref name="der"/>. Unknown algorithms and damaged structures are not valid signatures.</summary>
    internal static bool IsValid(ReadOnlyMemory<byte> der, PublicKeyInfo signer)
    {
        try
        {
            return new SignatureChecker(signer).Check(SignedStructure.Read(der)) == SignatureVerdict.Valid;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>The broken hash function that an AlgorithmIdentifier signs with, or null when it is none of those.</summary>
    /// <exception cref="AsnContentException">The structure is damaged.</exception>
    internal static string? WeakHash(ReadOnlyMemory<byte> algorithmIdentifier) =>
        new AsnReader(algorithmIdentifier, AsnEncodingRules.BER).ReadSequence().ReadObjectIdentifier() switch
        {
            "1.2.840.113549.1.1.2" => "MD2",
            "1.2.840.113549.1.1.4" => "MD5",
            "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.2.840.10045.4.1" or "1.2.840.10040.4.3" => "SHA-1",
            SignatureChecker.PssOid when PssParameters.Read(algorithmIdentifier)?.Hash == HashAlgorithmName.SHA1 => "SHA-1",
            _ => null,
        };
}

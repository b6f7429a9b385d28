using System.Formats.Asn1;

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
}

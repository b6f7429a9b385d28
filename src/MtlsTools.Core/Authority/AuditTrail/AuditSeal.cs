using System.Formats.Asn1;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>The CA's signature in its audit log. Hashes alone could be computed anew by whoever may write the file; a seal can not be made without the CA's key.</summary>
internal static class AuditSeal
{
    /// <summary>Signs.</summary>
    /// <returns>The algorithm and the signature, as they stand at the end of a certificate.</returns>
    internal static byte[] Create(byte[] content, PrivateKey key)
    {
        var generator = key.CreateSignatureGenerator();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(generator.GetSignatureAlgorithmIdentifier(key.SignatureHash));
            writer.WriteBitString(generator.SignData(content, key.SignatureHash));
        }

        return writer.Encode();
    }

    /// <summary>Whether one of the CA's keys has made the seal of an entry.</summary>
    internal static bool IsValid(AuditEntry entry, IEnumerable<SignatureChecker> keys)
    {
        try
        {
            var parts = new AsnReader(Convert.FromBase64String(entry.Seal!), AsnEncodingRules.DER).ReadSequence();
            var structure = new SignedStructure(AuditLine.SealedPart(entry), parts.ReadEncodedValue(), parts.ReadBitString(out _));
            return keys.Any(key => key.Check(structure) == SignatureVerdict.Valid);
        }
        catch (Exception damaged) when (damaged is FormatException or AsnContentException)
        {
            return false;
        }
    }
}

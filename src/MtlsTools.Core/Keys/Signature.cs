using System.Formats.Asn1;
using System.Security.Cryptography;

namespace MtlsTools.Keys;

/// <summary>Checks the signature of the one structure that X.509 uses everywhere: SEQUENCE { signed part, algorithm, signature } (certificates, requests, CRLs).</summary>
internal static class Signature
{
    private const string Pss = "1.2.840.113549.1.1.10";

    /// <summary>Whether <paramref name="signer"/> made the signature of <paramref name="der"/>. Unknown algorithms and damaged structures are not valid signatures.</summary>
    internal static bool IsValid(ReadOnlyMemory<byte> der, PublicKeyInfo signer)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var signed = outer.ReadEncodedValue();
            var algorithm = outer.ReadSequence();
            var oid = algorithm.ReadObjectIdentifier();
            var signature = outer.ReadBitString(out var unused);
            return unused == 0 && (signer.IsEc ? VerifyEc(signed.Span, signature, oid, signer) : signer.IsRsa && VerifyRsa(signed.Span, signature, oid, algorithm, signer));
        }
        catch (Exception damaged) when (damaged is AsnContentException or CryptographicException or PlatformNotSupportedException) // the last: a curve that the platform does not know
        {
            return false;
        }
    }

    /// <summary>The broken hash function that an AlgorithmIdentifier signs with, or null when it is none of those.</summary>
    /// <exception cref="AsnContentException">The structure is damaged.</exception>
    internal static string? WeakHash(ReadOnlyMemory<byte> algorithmIdentifier)
    {
        var algorithm = new AsnReader(algorithmIdentifier, AsnEncodingRules.BER).ReadSequence();
        return algorithm.ReadObjectIdentifier() switch
        {
            "1.2.840.113549.1.1.2" => "MD2",
            "1.2.840.113549.1.1.4" => "MD5",
            "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.2.840.10045.4.1" or "1.2.840.10040.4.3" => "SHA-1",
            Pss when PssHash(algorithm) == HashAlgorithmName.SHA1 => "SHA-1",
            _ => null,
        };
    }

    private static bool VerifyEc(ReadOnlySpan<byte> signed, byte[] signature, string oid, PublicKeyInfo signer)
    {
        HashAlgorithmName? hash = oid switch
        {
            "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
            "1.2.840.10045.4.1" => HashAlgorithmName.SHA1,
            _ => null,
        };
        if (hash is null)
            return false;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(signer.Der.Span, out _);
        return key.VerifyData(signed, signature, hash.Value, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static bool VerifyRsa(ReadOnlySpan<byte> signed, byte[] signature, string oid, AsnReader algorithm, PublicKeyInfo signer)
    {
        HashAlgorithmName? hash = oid switch
        {
            "1.2.840.113549.1.1.11" => HashAlgorithmName.SHA256,
            "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
            "1.2.840.113549.1.1.13" => HashAlgorithmName.SHA512,
            "1.2.840.113549.1.1.5" => HashAlgorithmName.SHA1,
            Pss => PssHash(algorithm),
            _ => null,
        };
        if (hash is null)
            return false;
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(signer.Der.Span, out _);
        return key.VerifyData(signed, signature, hash.Value, oid == Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    /// <summary>The hash of RSASSA-PSS parameters (RFC 4055, 3.1); absent parameters mean SHA-1.</summary>
    private static HashAlgorithmName? PssHash(AsnReader algorithm)
    {
        var hashTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (!algorithm.HasData)
            return HashAlgorithmName.SHA1;
        var parameters = algorithm.ReadSequence();
        if (!parameters.HasData || parameters.PeekTag() != hashTag)
            return HashAlgorithmName.SHA1;
        return parameters.ReadSequence(hashTag).ReadSequence().ReadObjectIdentifier() switch
        {
            "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
            "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
            "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
            "1.3.14.3.2.26" => HashAlgorithmName.SHA1,
            _ => null,
        };
    }
}

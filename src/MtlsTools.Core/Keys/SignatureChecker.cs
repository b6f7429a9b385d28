using System.Formats.Asn1;
using System.Security.Cryptography;

namespace MtlsTools.Keys;

/// <summary>What came of checking a signature.</summary>
internal enum SignatureVerdict
{
    /// <summary>The key made it.</summary>
    Valid,

    /// <summary>It was made by another key, or the content was changed.</summary>
    Invalid,

    /// <summary>The algorithm can not be checked here; that is never a yes.</summary>
    NotSupported,
}

/// <summary>Checks signatures of one signer by the platform's cryptography: RSA PKCS#1 v1.5, RSA-PSS, and ECDSA on named curves. The key is prepared once. Not safe for several threads at a time.</summary>
internal sealed class SignatureChecker(PublicKeyInfo signer)
{
    internal const string PssOid = "1.2.840.113549.1.1.10";

    /// <summary>No CA has a larger key; checking one would let a stranger keep this machine busy.</summary>
    private const int LargestModulus = 16384;

    private static readonly Dictionary<string, (string KeyOid, HashAlgorithmName Hash)> Algorithms = new()
    {
        ["1.2.840.113549.1.1.11"] = (PublicKeyInfo.RsaOid, HashAlgorithmName.SHA256),
        ["1.2.840.113549.1.1.12"] = (PublicKeyInfo.RsaOid, HashAlgorithmName.SHA384),
        ["1.2.840.113549.1.1.13"] = (PublicKeyInfo.RsaOid, HashAlgorithmName.SHA512),
        ["1.2.840.113549.1.1.5"] = (PublicKeyInfo.RsaOid, HashAlgorithmName.SHA1),
        ["1.3.14.3.2.29"] = (PublicKeyInfo.RsaOid, HashAlgorithmName.SHA1),
        ["1.2.840.113549.1.1.4"] = (PublicKeyInfo.RsaOid, HashAlgorithmName.MD5),
        ["1.2.840.10045.4.3.2"] = (PublicKeyInfo.EcOid, HashAlgorithmName.SHA256),
        ["1.2.840.10045.4.3.3"] = (PublicKeyInfo.EcOid, HashAlgorithmName.SHA384),
        ["1.2.840.10045.4.3.4"] = (PublicKeyInfo.EcOid, HashAlgorithmName.SHA512),
        ["1.2.840.10045.4.1"] = (PublicKeyInfo.EcOid, HashAlgorithmName.SHA1),
    };

    private readonly Lazy<AsymmetricAlgorithm?> key = new(() => Import(signer));

    /// <summary>Checks one signature.</summary>
    internal SignatureVerdict Check(SignedStructure structure)
    {
        try
        {
            if (structure.AlgorithmOid == PssOid)
                return CheckPss(structure);
            if (!Algorithms.TryGetValue(structure.AlgorithmOid, out var algorithm))
                return SignatureVerdict.NotSupported;

            // A key of another kind can not have made it, whatever can be computed here.
            if (algorithm.KeyOid != signer.AlgorithmOid)
                return SignatureVerdict.Invalid;
            return key.Value switch
            {
                ECDsa ec => Verdict(ec.VerifyData(structure.Signed.Span, structure.Signature.Span, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence)),
                RSA rsa => Verdict(rsa.VerifyData(structure.Signed.Span, structure.Signature.Span, algorithm.Hash, RSASignaturePadding.Pkcs1)),
                _ => SignatureVerdict.NotSupported,
            };
        }
        catch (Exception damaged) when (damaged is AsnContentException or CryptographicException)
        {
            return SignatureVerdict.Invalid;
        }
    }

    private SignatureVerdict CheckPss(SignedStructure structure)
    {
        if (!signer.IsRsa && signer.AlgorithmOid != PssOid)
            return SignatureVerdict.Invalid;
        var parameters = PssParameters.Read(structure.Algorithm);
        if (key.Value is not RSA rsa || parameters is null)
            return SignatureVerdict.NotSupported;

        // RFC 4055, 3.3: a key that names parameters signs with no others.
        if (signer.AlgorithmOid == PssOid && PssParameters.OfKey(signer.Der) is { } bound && !bound.Allows(parameters))
            return SignatureVerdict.Invalid;
        return Verdict(parameters.Verify(rsa, structure.Signed.Span, structure.Signature.Span));
    }

    private static SignatureVerdict Verdict(bool valid) => valid ? SignatureVerdict.Valid : SignatureVerdict.Invalid;

    private static AsymmetricAlgorithm? Import(PublicKeyInfo signer)
    {
        try
        {
            if (signer.AlgorithmOid is PublicKeyInfo.RsaOid or PssOid)
                return ImportRsa(signer.Der);
            return signer.IsEc && IsOnNamedCurve(signer.Der) ? ImportEc(signer.Der) : null;
        }
        catch (Exception unusable) when (unusable is CryptographicException or PlatformNotSupportedException or AsnContentException)
        {
            return null;
        }
    }

    private static ECDsa ImportEc(ReadOnlyMemory<byte> spki)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki.Span, out _);
        return key;
    }

    private static RSA? ImportRsa(ReadOnlyMemory<byte> spki)
    {
        var info = new AsnReader(spki, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        var key = RSA.Create();
        key.ImportRSAPublicKey(info.ReadBitString(out _), out _);
        return key.KeySize <= LargestModulus ? key : null;
    }

    /// <summary>Curves by their own equation are how CVE-2020-0601 forged a CA; RFC 5480, 2.1.1 forbids them.</summary>
    private static bool IsOnNamedCurve(ReadOnlyMemory<byte> spki)
    {
        var algorithm = new AsnReader(spki, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        algorithm.ReadObjectIdentifier();
        return algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier;
    }
}

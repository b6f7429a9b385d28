using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace MtlsTools.Keys;

/// <summary>RSASSA-PSS-params (RFC 4055, 3.1) with one hash for both uses, and the check of signatures made by them (RFC 8017, 8.1.2).</summary>
internal sealed record PssParameters(HashAlgorithmName Hash, int SaltLength)
{
    private static readonly Asn1Tag HashTag = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag MaskTag = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag SaltTag = new(TagClass.ContextSpecific, 2, isConstructed: true);
    private static readonly Asn1Tag TrailerTag = new(TagClass.ContextSpecific, 3, isConstructed: true);

    /// <summary>The parameters of an AlgorithmIdentifier; null when they are of a kind that can not be checked here.</summary>
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static PssParameters? Read(ReadOnlyMemory<byte> algorithm)
    {
        var identifier = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence();
        identifier.ReadObjectIdentifier();
        var parameters = identifier.HasData ? identifier.ReadSequence() : null;
        var hash = Take(parameters, HashTag) is { } named ? HashOf(named.ReadSequence()) : HashAlgorithmName.SHA1;
        var mask = HashAlgorithmName.SHA1;
        if (Take(parameters, MaskTag) is { } generator)
        {
            var function = generator.ReadSequence();
            mask = function.ReadObjectIdentifier() == "1.2.840.113549.1.1.8" ? HashOf(function.ReadSequence()) : default;
        }

        var saltLength = Take(parameters, SaltTag) is { } salt && salt.TryReadInt32(out var length) ? length : 20;
        var trailer = Take(parameters, TrailerTag) is { } field && field.TryReadInt32(out var number) ? number : 1;
        parameters?.ThrowIfNotEmpty();
        return hash.Name is not null && hash == mask && saltLength is >= 0 and <= 2048 && trailer == 1 ? new PssParameters(hash, saltLength) : null;
    }

    /// <summary>The parameters that a key names for itself; null when it names none.</summary>
    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static PssParameters? OfKey(ReadOnlyMemory<byte> spki)
    {
        var algorithm = new AsnReader(spki, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue();
        var identifier = new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence();
        identifier.ReadObjectIdentifier();
        return identifier.HasData ? Read(algorithm) ?? throw new AsnContentException("The key's PSS parameters are of no known kind.") : null;
    }

    /// <summary>Whether a key bound to these parameters may sign with those.</summary>
    internal bool Allows(PssParameters used) => Hash == used.Hash && used.SaltLength >= SaltLength;

    /// <summary>Checks a signature; the platform's own check knows salts of the hash's length alone.</summary>
    internal bool Verify(RSA key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var digest = Digest(data);
        return SaltLength == digest.Length
            ? key.VerifyHash(digest, signature, Hash, RSASignaturePadding.Pss)
            : VerifyEncoding(key.ExportParameters(includePrivateParameters: false), digest, signature);
    }

    /// <summary>RFC 8017, 8.1.2: the public operation on public data, then EMSA-PSS-VERIFY.</summary>
    private bool VerifyEncoding(RSAParameters key, byte[] digest, ReadOnlySpan<byte> signature)
    {
        if (key.Exponent!.Length > 8 || signature.Length != key.Modulus!.Length)
            return false;
        var modulus = new BigInteger(key.Modulus, isUnsigned: true, isBigEndian: true);
        var representative = new BigInteger(signature, isUnsigned: true, isBigEndian: true);
        if (representative >= modulus)
            return false;
        var message = BigInteger.ModPow(representative, new BigInteger(key.Exponent, isUnsigned: true, isBigEndian: true), modulus);
        var bits = (int)modulus.GetBitLength() - 1;
        var encoded = new byte[(bits + 7) / 8];
        var bytes = message.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length > encoded.Length)
            return false;
        bytes.CopyTo(encoded, encoded.Length - bytes.Length);
        return VerifyEncoding(encoded, bits, digest);
    }

    /// <summary>RFC 8017, 9.1.2, steps 3 to 14.</summary>
    private bool VerifyEncoding(byte[] encoded, int bits, byte[] digest)
    {
        var maskedLength = encoded.Length - digest.Length - 1;
        if (encoded.Length < digest.Length + SaltLength + 2 || encoded[^1] != 0xBC)
            return false;
        var unusedBits = 8 * encoded.Length - bits;
        if ((encoded[0] & ~(0xFF >> unusedBits) & 0xFF) != 0)
            return false;
        var hash = encoded.AsSpan(maskedLength, digest.Length);
        var block = Mask(hash, maskedLength);
        for (var i = 0; i < maskedLength; i++)
            block[i] ^= encoded[i];
        block[0] &= (byte)(0xFF >> unusedBits);
        var padding = maskedLength - SaltLength - 1;
        if (block.AsSpan(0, padding).IndexOfAnyExcept((byte)0) >= 0 || block[padding] != 1)
            return false;
        return Digest([0, 0, 0, 0, 0, 0, 0, 0, .. digest, .. block.AsSpan(padding + 1)]).AsSpan().SequenceEqual(hash);
    }

    /// <summary>MGF1 (RFC 8017, B.2.1).</summary>
    private byte[] Mask(ReadOnlySpan<byte> seed, int length)
    {
        var mask = new List<byte>(length + 64);
        for (var counter = 0; mask.Count < length; counter++)
            mask.AddRange(Digest([.. seed, (byte)(counter >> 24), (byte)(counter >> 16), (byte)(counter >> 8), (byte)counter]));
        return mask.GetRange(0, length).ToArray();
    }

    private byte[] Digest(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(Hash);
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    private static AsnReader? Take(AsnReader? parameters, Asn1Tag tag) =>
        parameters is { HasData: true } && parameters.PeekTag() == tag ? parameters.ReadSequence(tag) : null;

    private static HashAlgorithmName HashOf(AsnReader identifier) => identifier.ReadObjectIdentifier() switch
    {
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        "1.3.14.3.2.26" => HashAlgorithmName.SHA1,
        _ => default,
    };
}

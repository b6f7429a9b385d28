using System.Formats.Asn1;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>Which certificate is meant (RFC 6960, 4.1.1): hashes of its issuer's name and key, and its serial number.</summary>
/// <param name="Encoded">As it is encoded; an answer repeats it octet by octet.</param>
/// <param name="HashOid">The hash function.</param>
/// <param name="NameHash">The hash of the issuer's name.</param>
/// <param name="KeyHash">The hash of the issuer's key.</param>
/// <param name="SerialNumber">The octets of the INTEGER.</param>
internal sealed record OcspCertId(ReadOnlyMemory<byte> Encoded, string HashOid, ReadOnlyMemory<byte> NameHash, ReadOnlyMemory<byte> KeyHash, ReadOnlyMemory<byte> SerialNumber)
{
    private static readonly Dictionary<string, HashAlgorithmName> Hashes = new()
    {
        ["1.3.14.3.2.26"] = HashAlgorithmName.SHA1,
        ["2.16.840.1.101.3.4.2.1"] = HashAlgorithmName.SHA256,
        ["2.16.840.1.101.3.4.2.2"] = HashAlgorithmName.SHA384,
        ["2.16.840.1.101.3.4.2.3"] = HashAlgorithmName.SHA512,
    };

    /// <summary>The hash functions that can be asked with.</summary>
    internal static IEnumerable<HashAlgorithmName> KnownHashes => Hashes.Values;

    internal static string OidOf(HashAlgorithmName hash) => Hashes.First(one => one.Value == hash).Key;

    /// <exception cref="AsnContentException">The certificate is not encoded as RFC 5280 has it.</exception>
    internal static OcspCertId Create(MtlsCertificate certificate, MtlsCertificate issuer, HashAlgorithmName hash)
    {
        var (name, key) = HashIssuer(certificate.Issuer.Der, issuer.PublicKey, hash);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(OidOf(hash));
                writer.WriteNull();
            }

            writer.WriteOctetString(name);
            writer.WriteOctetString(key);
            writer.WriteInteger(PathContent.Of(certificate).SerialNumber.Span);
        }

        return Read(new AsnReader(writer.Encode(), AsnEncodingRules.DER));
    }

    /// <exception cref="AsnContentException">It is damaged.</exception>
    internal static OcspCertId Read(AsnReader reader)
    {
        var encoded = reader.PeekEncodedValue();
        var sequence = reader.ReadSequence();
        var algorithm = sequence.ReadSequence().ReadObjectIdentifier();
        var id = new OcspCertId(encoded, algorithm, sequence.ReadOctetString(), sequence.ReadOctetString(), sequence.ReadIntegerBytes());
        sequence.ThrowIfNotEmpty();
        return id;
    }

    /// <summary>The hashes by which an issuer is named.</summary>
    internal static (byte[] Name, byte[] Key) HashIssuer(ReadOnlyMemory<byte> name, PublicKeyInfo key, HashAlgorithmName hash)
    {
        var info = new AsnReader(key.Der, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        return (Hash(hash, name.Span), Hash(hash, info.ReadBitString(out _)));
    }

    private static byte[] Hash(HashAlgorithmName hash, ReadOnlySpan<byte> data) => hash.Name switch
    {
#pragma warning disable CA5350 // a name of the issuer, and no proof of anything
        "SHA1" => SHA1.HashData(data),
#pragma warning restore CA5350
        "SHA384" => SHA384.HashData(data),
        "SHA512" => SHA512.HashData(data),
        _ => SHA256.HashData(data),
    };

    /// <summary>Whether it means this certificate, by whichever hash.</summary>
    internal bool IsOf(MtlsCertificate certificate, MtlsCertificate issuer)
    {
        if (!Hashes.TryGetValue(HashOid, out var hash) || !SerialNumber.Span.SequenceEqual(PathContent.Of(certificate).SerialNumber.Span))
            return false;
        var (name, key) = HashIssuer(certificate.Issuer.Der, issuer.PublicKey, hash);
        return name.AsSpan().SequenceEqual(NameHash.Span) && key.AsSpan().SequenceEqual(KeyHash.Span);
    }
}

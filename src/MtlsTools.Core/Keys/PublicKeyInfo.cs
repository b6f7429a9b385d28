using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Keys;

/// <summary>A public key as certificates carry it: a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).</summary>
public sealed class PublicKeyInfo : IEquatable<PublicKeyInfo>
{
    internal const string RsaOid = "1.2.840.113549.1.1.1";
    internal const string EcOid = "1.2.840.10045.2.1";

    private readonly Lazy<string> fingerprint;

    private PublicKeyInfo(byte[] der, string oid, int bits)
    {
        Der = der;
        AlgorithmOid = oid;
        Bits = bits;
        fingerprint = new Lazy<string>(() => Convert.ToHexString(SHA256.HashData(der)));
    }

    /// <summary>The DER encoding of the SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>The algorithm's object identifier.</summary>
    public string AlgorithmOid { get; }

    /// <summary>The modulus or curve size in bits; 0 when the algorithm is not RSA or elliptic curve.</summary>
    public int Bits { get; }

    /// <summary>SHA-256 over <see cref="Der"/>, upper-case hex: equal fingerprints mean the same key, whatever the algorithm.</summary>
    public string Sha256 => fingerprint.Value;

    /// <summary>Whether it is an RSA key.</summary>
    public bool IsRsa => AlgorithmOid == RsaOid;

    /// <summary>Whether it is an elliptic curve key.</summary>
    public bool IsEc => AlgorithmOid == EcOid;

    /// <summary>Whether the key is strong enough to be certified: RSA of at least 2048 bits, or one of the NIST curves P-256, P-384, P-521.</summary>
    public bool IsStrongEnough => (IsRsa && Bits is >= 2048 and <= 16384) || (IsEc && Bits is 256 or 384 or 521);

    /// <summary>The hash that fits the key's strength when it signs: SHA-256, or the curve's match.</summary>
    internal HashAlgorithmName SignatureHash => this switch
    {
        { IsEc: true, Bits: 384 } => HashAlgorithmName.SHA384,
        { IsEc: true, Bits: 521 } => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>The kind of key that takes its place in a renewal: the same, or the next stronger one that this tool makes.</summary>
    internal KeyAlgorithm Kind => (IsRsa, Bits) switch
    {
        (true, < 3072) => KeyAlgorithm.Rsa2048,
        (true, < 4096) => KeyAlgorithm.Rsa3072,
        (true, _) => KeyAlgorithm.Rsa4096,
        (_, 256) => KeyAlgorithm.EcdsaP256,
        (_, 521) => KeyAlgorithm.EcdsaP521,
        _ => KeyAlgorithm.EcdsaP384,
    };

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    /// <exception cref="InputException">The bytes are none.</exception>
    public static PublicKeyInfo Decode(ReadOnlyMemory<byte> der)
    {
        try
        {
            var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var algorithm = info.ReadSequence();
            var oid = algorithm.ReadObjectIdentifier();
            var key = info.ReadBitString(out _);
            return new PublicKeyInfo(der.ToArray(), oid, oid switch
            {
                RsaOid => RsaBits(key),
                EcOid => algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier ? CurveBits(algorithm.ReadObjectIdentifier()) : 0,
                _ => 0,
            });
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, "The public key is damaged. Get a fresh copy of the certificate, request or key.", null, damaged);
        }
    }

    /// <summary>The platform's form of the key.</summary>
    public PublicKey ToPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(Der.Span, out _);

    /// <inheritdoc/>
    public bool Equals(PublicKeyInfo? other) => other is not null && Der.Span.SequenceEqual(other.Der.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKeyInfo);

    /// <inheritdoc/>
    public override int GetHashCode() => Sha256.GetHashCode(StringComparison.Ordinal);

    /// <summary>For people: <c>ECDSA P-256</c>, <c>RSA 2048</c>.</summary>
    public override string ToString() => AlgorithmOid switch
    {
        RsaOid => $"RSA {Bits}",
        EcOid when Bits > 0 => $"ECDSA P-{Bits}",
        EcOid => "ECDSA (curve not supported)",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        _ => AlgorithmOid,
    };

    private static int CurveBits(string curve) => curve switch
    {
        "1.2.840.10045.3.1.7" => 256,
        "1.3.132.0.34" => 384,
        "1.3.132.0.35" => 521,
        _ => 0,
    };

    private static int RsaBits(byte[] key)
    {
        var number = new AsnReader(key, AsnEncodingRules.DER).ReadSequence().ReadIntegerBytes().Span;
        var modulus = number.TrimStart((byte)0);

        // Zero and negative numbers are no modulus.
        return modulus.IsEmpty || number[0] >= 0x80 ? 0 : modulus.Length * 8 - byte.LeadingZeroCount(modulus[0]);
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>A CA in memory that signs whatever it is told to: no policy is asked and nothing is recorded. It serves to prove that others refuse; nothing that issues for use leads here.</summary>
internal sealed class MintingAuthority
{
    private readonly PrivateKey key;
    private readonly IssuerIdentity identity;

    private MintingAuthority(MtlsCertificate certificate, PrivateKey key, IssuerIdentity identity)
    {
        Certificate = certificate;
        this.key = key;
        this.identity = identity;
    }

    /// <summary>Its own certificate, with its key and what stands above it.</summary>
    internal MtlsCertificate Certificate { get; }

    /// <summary>A CA that exists, whose key is at hand.</summary>
    internal static MintingAuthority Of(MtlsCertificate certificate, PrivateKey key) => new(certificate.WithKey(key), key, IssuerIdentity.Of(certificate));

    /// <summary>A new root.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="now">The time; the root is old enough to have issued what has expired since.</param>
    /// <param name="claimedKeyId">The key identifier that its certificates name as their issuer's: that of the CA it imitates. Null names its own.</param>
    internal static MintingAuthority CreateRoot(DistinguishedName subject, DateTimeOffset now, ReadOnlyMemory<byte>? claimedKeyId = null)
    {
        var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var plan = Plan(subject, CertificateProfile.Root, key, now.AddDays(-365), now.AddDays(365));
        var identity = IssuerIdentity.OfRoot(plan);
        return new MintingAuthority(MtlsCertificate.Decode(CertificateSigner.SelfSign(plan, key), key), key, claimedKeyId is { } claimed ? identity with { KeyId = claimed } : identity);
    }

    /// <summary>A new CA below this one.</summary>
    internal MintingAuthority CreateIntermediate(DistinguishedName subject, DateTimeOffset now)
    {
        var own = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        return Of(Sign(Plan(subject, CertificateProfile.Intermediate, own, now.AddDays(-300), now.AddDays(300)), own, null), own);
    }

    /// <summary>Signs a certificate.</summary>
    /// <param name="subject">Its name.</param>
    /// <param name="profile">What it is for.</param>
    /// <param name="notBefore">Its beginning.</param>
    /// <param name="notAfter">Its end.</param>
    /// <param name="own">Its key; null makes a new one.</param>
    /// <param name="hash">The hash that is signed; null takes the one that fits this CA's key.</param>
    /// <param name="san">Its alternative names; null takes localhost for a server's, and none for others.</param>
    internal MtlsCertificate Issue(DistinguishedName subject, CertificateProfile profile, DateTimeOffset notBefore, DateTimeOffset notAfter, PrivateKey? own = null, HashAlgorithmName? hash = null, IReadOnlyList<AlternativeName>? san = null)
    {
        own ??= PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        return Sign(Plan(subject, profile, own, notBefore, notAfter, san), own, hash);
    }

    /// <summary>A certificate that vouches for itself.</summary>
    internal static MtlsCertificate SelfSign(DistinguishedName subject, CertificateProfile profile, DateTimeOffset notBefore, DateTimeOffset notAfter, IReadOnlyList<AlternativeName>? san = null)
    {
        var own = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        return MtlsCertificate.Decode(CertificateSigner.SelfSign(Plan(subject, profile, own, notBefore, notAfter, san), own), own);
    }

    private static CertificatePlan Plan(DistinguishedName subject, CertificateProfile profile, PrivateKey own, DateTimeOffset notBefore, DateTimeOffset notAfter, IReadOnlyList<AlternativeName>? san = null)
    {
        san ??= profile == CertificateProfile.Server ? [AlternativeName.Dns("localhost")] : [];
        return new CertificatePlan(subject, san, own.PublicKey, IssuanceProfile.Of(profile), profile == CertificateProfile.Intermediate ? 0 : null, notBefore, notAfter, SerialNumbers.Create());
    }

    private MtlsCertificate Sign(CertificatePlan plan, PrivateKey own, HashAlgorithmName? hash)
    {
        var der = hash is { } old
            ? CertificateSigner.Sign(plan, identity, key.CreateSignatureGenerator(), old, OldAlgorithm(old))
            : CertificateSigner.Sign(plan, identity, key);
        return MtlsCertificate.Decode(der, own, [Certificate, .. Certificate.Chain]);
    }

    /// <summary>The names of signatures that the platform still makes and no longer names (RFC 3279, 2.2).</summary>
    private byte[] OldAlgorithm(HashAlgorithmName hash)
    {
        var isRsa = key.PublicKey.IsRsa;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier((isRsa, hash.Name) switch
            {
                (true, "MD5") => "1.2.840.113549.1.1.4",
                (true, "SHA1") => "1.2.840.113549.1.1.5",
                (false, "SHA1") => "1.2.840.10045.4.1",
                _ => throw new ArgumentOutOfRangeException(nameof(hash), hash, "Not an old signature of this kind of key."),
            });
            if (isRsa)
                writer.WriteNull();
        }

        return writer.Encode();
    }
}

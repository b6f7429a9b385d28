using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Issuance;

/// <summary>The defaults of each profile.</summary>
public sealed class ProfileRules
{
    private const X509KeyUsageFlags CaUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign;

    private static readonly Dictionary<CertificateProfile, ProfileRules> Rules = new()
    {
        [CertificateProfile.Root] = new(KeyAlgorithm.EcdsaP384, 3653, CaUsage, [], isCa: true, needsSan: false),
        [CertificateProfile.Intermediate] = new(KeyAlgorithm.EcdsaP384, 1826, CaUsage | X509KeyUsageFlags.DigitalSignature, [], isCa: true, needsSan: false),
        [CertificateProfile.Server] = new(KeyAlgorithm.EcdsaP256, 90, X509KeyUsageFlags.DigitalSignature, [MtlsCertificate.ServerAuthOid], isCa: false, needsSan: true),
        [CertificateProfile.Client] = new(KeyAlgorithm.EcdsaP256, 90, X509KeyUsageFlags.DigitalSignature, [MtlsCertificate.ClientAuthOid], isCa: false, needsSan: false),
        [CertificateProfile.Peer] = new(KeyAlgorithm.EcdsaP256, 90, X509KeyUsageFlags.DigitalSignature, [MtlsCertificate.ServerAuthOid, MtlsCertificate.ClientAuthOid], isCa: false, needsSan: true),
    };

    private readonly X509KeyUsageFlags usage;

    private ProfileRules(KeyAlgorithm keyAlgorithm, int days, X509KeyUsageFlags usage, IReadOnlyList<string> extendedKeyUsage, bool isCa, bool needsSan)
    {
        KeyAlgorithm = keyAlgorithm;
        Days = days;
        this.usage = usage;
        ExtendedKeyUsage = extendedKeyUsage;
        IsCa = isCa;
        NeedsSan = needsSan;
    }

    /// <summary>The kind of key that is made when none is named.</summary>
    public KeyAlgorithm KeyAlgorithm { get; }

    /// <summary>The lifetime in days when none is named.</summary>
    public int Days { get; }

    /// <summary>The extended key usages, as object identifiers; empty for a CA.</summary>
    public IReadOnlyList<string> ExtendedKeyUsage { get; }

    /// <summary>Whether the certificate is a CA's.</summary>
    public bool IsCa { get; }

    /// <summary>Whether a subject alternative name is required, and taken from the common name when that is a host name.</summary>
    public bool NeedsSan { get; }

    /// <summary>The rules of a profile.</summary>
    public static ProfileRules Of(CertificateProfile profile) => Rules[profile];

    /// <summary>keyUsage for a key: keyEncipherment only where RSA key exchange could use it, never for elliptic curve keys, and only for servers.</summary>
    internal X509KeyUsageFlags KeyUsage(PublicKeyInfo key) =>
        key.IsRsa && NeedsSan ? usage | X509KeyUsageFlags.KeyEncipherment : usage;
}

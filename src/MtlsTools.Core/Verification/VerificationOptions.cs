using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Revocation;

namespace MtlsTools.Verification;

/// <summary>What a certificate is to be used for.</summary>
public enum CertificatePurpose
{
    /// <summary>Nothing in particular: the chain alone is judged.</summary>
    Any,

    /// <summary>A TLS server.</summary>
    Server,

    /// <summary>A TLS client.</summary>
    Client,
}

/// <summary>Which certificates of a chain are looked up in revocation lists.</summary>
public enum CrlScope
{
    /// <summary>All of them but the trusted CA's own: each needs a fresh list of its issuer.</summary>
    Chain,

    /// <summary>The certificate itself alone.</summary>
    Leaf,
}

/// <summary>What a certificate is verified against.</summary>
public sealed record VerificationOptions
{
    /// <summary>The CAs that are trusted, and no others; null means the system's own trust.</summary>
    public IReadOnlyList<MtlsCertificate>? TrustedCas { get; init; }

    /// <summary>Certificates that may stand between the leaf and a trusted CA; the leaf's own chain is always looked at too.</summary>
    public IReadOnlyList<MtlsCertificate> Intermediates { get; init; } = [];

    /// <summary>What the certificate is to be used for.</summary>
    public CertificatePurpose Purpose { get; init; }

    /// <summary>The host name that the certificate must cover, or null.</summary>
    public string? HostName { get; init; }

    /// <summary>The public half of the key that must belong to the certificate, or null.</summary>
    public PublicKeyInfo? Key { get; init; }

    /// <summary>The day the verdict is for; null is now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>How much longer every certificate of the chain must be valid, or null.</summary>
    public TimeSpan? MinimumRemaining { get; init; }

    /// <summary>Revocation lists; null when revocation is not judged. An empty list covers nobody, so nobody is accepted.</summary>
    public IReadOnlyList<CertificateRevocationList>? Crls { get; init; }

    /// <summary>Which certificates must be covered by <see cref="Crls"/>.</summary>
    public CrlScope CrlScope { get; init; }
}

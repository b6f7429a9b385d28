using MtlsTools.Certificates;
using MtlsTools.Keys;

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
}

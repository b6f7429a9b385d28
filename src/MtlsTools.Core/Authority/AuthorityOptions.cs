using System.Security;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Authority;

/// <summary>How a new CA is to be.</summary>
public sealed record AuthorityOptions
{
    /// <summary>The CA's name.</summary>
    public required DistinguishedName Subject { get; init; }

    /// <summary>The CA above; null makes a root, or a request for a CA elsewhere.</summary>
    public CertificateAuthority? Issuer { get; init; }

    /// <summary>The kind of key; null takes P-384.</summary>
    public KeyAlgorithm? KeyAlgorithm { get; init; }

    /// <summary>Encrypts the key file; null leaves it plain (and owner-only).</summary>
    public SecureString? Password { get; init; }

    /// <summary>The lifetime in days; null takes 10 years for a root, 5 for an intermediate.</summary>
    public int? Days { get; init; }

    /// <summary>The start of validity; null is five minutes ago.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The end of validity; it overrides <see cref="Days"/>.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>How many CAs may follow below; null means no limit for a root and 0 for an intermediate.</summary>
    public int? PathLength { get; init; }

    /// <summary>The names that may stand in certificates below the CA; empty leaves them free.</summary>
    public IReadOnlyList<NameConstraint> PermittedNames { get; init; } = [];

    /// <summary>The names that may not.</summary>
    public IReadOnlyList<NameConstraint> ExcludedNames { get; init; } = [];

    /// <summary>What certificates below the CA may be used for; empty leaves it free.</summary>
    public IReadOnlyList<AuthorityUsage> ExtendedKeyUsage { get; init; } = [];

    /// <summary>Whether a lifetime beyond the issuer's is shortened to it.</summary>
    public bool AllowClamp { get; init; }

    /// <summary>The profile of certificates when the caller names none.</summary>
    public CertificateProfile? DefaultProfile { get; init; }

    /// <summary>Where this CA's revocation list will be found; written into what it issues.</summary>
    public IReadOnlyList<string> CrlUrls { get; init; } = [];

    /// <summary>Where this CA's OCSP responder will be found.</summary>
    public IReadOnlyList<string> OcspUrls { get; init; } = [];

    /// <summary>Where this CA's own certificate will be found.</summary>
    public IReadOnlyList<string> IssuerUrls { get; init; } = [];

    /// <summary>Whether an existing folder is moved aside.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>What a CA can be limited to.</summary>
public enum AuthorityUsage
{
    /// <summary>TLS servers.</summary>
    ServerAuth,

    /// <summary>TLS clients.</summary>
    ClientAuth,

    /// <summary>Signed programs.</summary>
    CodeSigning,

    /// <summary>Mail.</summary>
    EmailProtection,

    /// <summary>The answers of OCSP responders; a limited CA needs it for a responder of its own.</summary>
    OcspSigning,
}

internal static class AuthorityUsages
{
    internal static string ToOid(this AuthorityUsage usage) => UsageNames.ToOid(usage.ToString())!;
}

using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>Everything about a certificate that has been decided.</summary>
internal sealed record CertificatePlan(
    DistinguishedName Subject,
    IReadOnlyList<AlternativeName> San,
    PublicKeyInfo PublicKey,
    IssuanceProfile Profile,
    int? PathLength,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    byte[] SerialNumber)
{
    internal X509KeyUsageFlags KeyUsage { get; init; } = Profile.KeyUsageOf(PublicKey);

    internal IReadOnlyList<string> ExtendedKeyUsage { get; init; } = Profile.ExtendedKeyUsage;

    /// <summary>Whether the serial number was chosen by somebody, so that it may have been used before.</summary>
    internal bool HasChosenSerial { get; init; }

    /// <summary>Extensions of the request that were granted as they are.</summary>
    internal IReadOnlyList<X509Extension> Copied { get; init; } = [];

    internal IssuerUrls Urls { get; init; } = IssuerUrls.None;

    /// <summary>What is allowed but unwise about it; told when it has been issued.</summary>
    internal IReadOnlyList<string> Advice { get; init; } = [];
}

/// <summary>Where relying parties find a CA's revocation data and certificate (RFC 5280, 4.2.1.13 and 4.2.2.1).</summary>
internal sealed record IssuerUrls(IReadOnlyList<string> Crl, IReadOnlyList<string> Ocsp, IReadOnlyList<string> Issuer)
{
    internal static readonly IssuerUrls None = new([], [], []);
}

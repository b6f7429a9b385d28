using System.Numerics;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>What became of a certificate that was to be revoked.</summary>
public enum RevocationOutcome
{
    /// <summary>It is revoked now.</summary>
    Revoked,

    /// <summary>It was on hold, and is revoked for good now, since the day of the hold.</summary>
    Confirmed,

    /// <summary>It was on hold, and is valid again.</summary>
    Released,

    /// <summary>It was revoked before, and stays as it was.</summary>
    AlreadyRevoked,

    /// <summary>A hold was to be lifted, and there is none.</summary>
    NotOnHold,
}

/// <summary>A certificate and what its CA's index says of it after a revocation.</summary>
public sealed record CertificateRevocation
{
    /// <summary>The common name, or the subject.</summary>
    public required string Name { get; init; }

    /// <summary>The serial number, upper-case hex.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>The subject in OpenSSL's slash form.</summary>
    public required string Subject { get; init; }

    /// <summary>The end of validity (UTC).</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>What became of it.</summary>
    public required RevocationOutcome Outcome { get; init; }

    /// <summary>Why it is revoked; null when it is not.</summary>
    public RevocationReason? Reason { get; init; }

    /// <summary>Since when it is revoked (UTC), or null.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>What people call the CA.</summary>
    public required string Ca { get; init; }

    /// <summary>The CA's folder.</summary>
    public required string CaPath { get; init; }

    /// <summary>The number of the list that tells of it, when one was published along with it.</summary>
    public BigInteger? CrlNumber { get; init; }

    /// <summary>That list's file, or null.</summary>
    public string? CrlPath { get; init; }

    /// <summary>Whether the index was changed.</summary>
    public bool IsChanged => Outcome is RevocationOutcome.Revoked or RevocationOutcome.Confirmed or RevocationOutcome.Released;

    /// <summary>Name, serial number and outcome.</summary>
    public override string ToString() => $"{Name} ({SerialNumber}): {Outcome}";
}

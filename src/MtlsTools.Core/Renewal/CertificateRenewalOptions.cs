using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Renewal;

/// <summary>How certificates are renewed.</summary>
public sealed record CertificateRenewalOptions
{
    /// <summary>Whether only what is due is renewed.</summary>
    public bool IfNeeded { get; init; }

    /// <summary>The share of its life, from 0 to 1, after which a certificate is due; null is two thirds unless <see cref="RenewBefore"/> is given.</summary>
    public double? RenewAfterShare { get; init; }

    /// <summary>How long before its end a certificate is due; null leaves it to the share of its life.</summary>
    public TimeSpan? RenewBefore { get; init; }

    /// <summary>Whether the key stays; otherwise a new one is made.</summary>
    public bool KeepKey { get; init; }

    /// <summary>The kind of the new key; null takes the kind of the old one.</summary>
    public KeyAlgorithm? KeyAlgorithm { get; init; }

    /// <summary>The profile; null reads it off the old certificate.</summary>
    public IssuanceProfile? Profile { get; init; }

    /// <summary>The subject alternative names; null keeps those of the old certificate.</summary>
    public IReadOnlyList<AlternativeName>? San { get; init; }

    /// <summary>The lifetime in days; null takes as long as the old certificate had.</summary>
    public int? Days { get; init; }

    /// <summary>Whether a lifetime beyond the CA's is shortened to it.</summary>
    public bool AllowClamp { get; init; }

    /// <summary>Whether a certificate of another CA is replaced by one of this CA.</summary>
    public bool ChangeIssuer { get; init; }

    /// <summary>Whether files that are no links stay so: several are then renamed one after the other.</summary>
    public bool NoLink { get; init; }

    /// <summary>Whether a program is told of new files afterwards; until <see cref="RenewalPlan.MarkReloaded"/> is called, later plans say that it has not been.</summary>
    public bool ExpectsReload { get; init; }

    /// <summary>How many former versions are kept beside the files.</summary>
    public int Keep { get; init; } = 1;
}

using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>Why certificates are revoked, and what goes with them.</summary>
public sealed record RevokeOptions
{
    /// <summary>Why. <see cref="RevocationReason.RemoveFromCrl"/> lifts a hold.</summary>
    public RevocationReason Reason { get; init; }

    /// <summary>Whether a name that several valid certificates bear means all of them; else it is refused.</summary>
    public bool All { get; init; }

    /// <summary>Whether older certificates for the same names that are still valid go as well.</summary>
    public bool IncludeSuperseded { get; init; }

    /// <summary>Whether every valid certificate of the same key goes as well.</summary>
    public bool SameKey { get; init; }
}

namespace MtlsTools.Revocation.Ocsp;

/// <summary>What an index says of a serial number: eight octets.</summary>
internal readonly record struct IssuedState
{
    private const int ReasonBits = 4;
    private const long NotRevoked = -1;

    private readonly long packed;

    private IssuedState(long packed) => this.packed = packed;

    /// <summary>Listed, and not revoked.</summary>
    internal static IssuedState Valid { get; } = new(NotRevoked);

    /// <summary>When it was revoked, or null.</summary>
    internal DateTimeOffset? RevokedAt => packed == NotRevoked ? null : DateTimeOffset.FromUnixTimeSeconds(packed >> ReasonBits);

    internal RevocationReason Reason => (RevocationReason)(packed & ((1 << ReasonBits) - 1));

    /// <summary>A revocation whose time is not told began with time itself.</summary>
    internal static IssuedState Revoked(DateTimeOffset? at, RevocationReason reason) => new((Math.Max(0, (at ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds()) << ReasonBits) | (long)reason);
}

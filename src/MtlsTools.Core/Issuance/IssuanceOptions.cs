using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>What the issuer decides about a certificate. The request is a wish; this is the order.</summary>
public sealed record IssuanceOptions
{
    /// <summary>The profile.</summary>
    public required IssuanceProfile Profile { get; init; }

    /// <summary>The subject; null takes the request's.</summary>
    public DistinguishedName? Subject { get; init; }

    /// <summary>The subject alternative names; null takes the request's, if <see cref="CopyExtensions"/> allows it.</summary>
    public IReadOnlyList<AlternativeName>? San { get; init; }

    /// <summary>The lifetime in days from now; null takes the authority's or the profile's default.</summary>
    public int? Days { get; init; }

    /// <summary>The start of validity; null is five minutes ago, so that slightly slow clocks accept it.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The end of validity; it overrides <see cref="Days"/>.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>For a CA: how many CAs may follow below it. Null takes the profile's: 0 for an intermediate and no limit for a root.</summary>
    public int? PathLength { get; init; }

    /// <summary>Whether a lifetime beyond the issuer's is shortened to it instead of refused.</summary>
    public bool AllowClamp { get; init; }

    /// <summary>What of the request's extensions is taken.</summary>
    public ExtensionCopying CopyExtensions { get; init; } = ExtensionCopying.San;

    /// <summary>The serial number in hex, where it must be a certain one; null takes a random one, as it should be.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Whether a request that was denied is approved after all.</summary>
    public bool OverrideDenial { get; init; }
}

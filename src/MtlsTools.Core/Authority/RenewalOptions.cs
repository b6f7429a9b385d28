using System.Security;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>How a CA is renewed.</summary>
public sealed record RenewalOptions
{
    /// <summary>The CA above, for an intermediate.</summary>
    public CertificateAuthority? Issuer { get; init; }

    /// <summary>Whether the CA gets a new key. A root's new key and its old one then vouch for each other.</summary>
    public bool NewKey { get; init; }

    /// <summary>The kind of the new key; null takes the kind of the old one.</summary>
    public KeyAlgorithm? KeyAlgorithm { get; init; }

    /// <summary>Opens the key.</summary>
    public SecureString? Password { get; init; }

    /// <summary>Encrypts the new key; null takes <see cref="Password"/>.</summary>
    public SecureString? NewPassword { get; init; }

    /// <summary>The lifetime in days from now; null takes as many as the CA's certificate had.</summary>
    public int? Days { get; init; }

    /// <summary>The end of validity; it overrides <see cref="Days"/>.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Whether a lifetime beyond the issuer's is shortened to it.</summary>
    public bool AllowClamp { get; init; }
}

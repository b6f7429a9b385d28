using System.Security;

namespace MtlsTools.Authority;

/// <summary>How a revocation list is published.</summary>
public sealed record CrlOptions
{
    /// <summary>How long a list is good for when nothing is said: a week.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(7);

    /// <summary>How long the list is good for. Once it has ended, servers that check it refuse everybody.</summary>
    public TimeSpan ValidFor { get; init; } = DefaultValidity;

    /// <summary>How long before its end a list is replaced when only a needed one is published; null is half of its life, so that a schedule that fails is noticed in time.</summary>
    public TimeSpan? Overlap { get; init; }

    /// <summary>Whether a list is published only when the index says something new, or the overlap has begun.</summary>
    public bool IfNeeded { get; init; }

    /// <summary>Opens the key, and the CA's former keys.</summary>
    public SecureString? Password { get; init; }

    /// <summary>Opens the former keys when it is another one.</summary>
    public SecureString? FormerPassword { get; init; }
}

namespace MtlsTools.Verification.Paths;

/// <summary>The inputs of path validation (RFC 5280, 6.1.1), other than the path itself.</summary>
internal sealed record PathSettings
{
    /// <summary>6.1.1 (b): the time.</summary>
    internal required DateTimeOffset AsOf { get; init; }

    /// <summary>What the certificate is to be used for.</summary>
    internal CertificatePurpose Purpose { get; init; }

    /// <summary>The revocation lists, when revocation is judged.</summary>
    internal RevocationChecker? Revocation { get; init; }

    /// <summary>6.1.1 (c): the policies that are acceptable; empty means any.</summary>
    internal IReadOnlySet<string> InitialPolicies { get; init; } = new HashSet<string>();

    /// <summary>6.1.1 (e).</summary>
    internal bool InhibitPolicyMapping { get; init; }

    /// <summary>6.1.1 (f).</summary>
    internal bool RequireExplicitPolicy { get; init; }

    /// <summary>6.1.1 (g).</summary>
    internal bool InhibitAnyPolicy { get; init; }
}

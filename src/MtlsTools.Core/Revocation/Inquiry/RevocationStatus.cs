using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Revocation;

/// <summary>Whether a certificate is revoked.</summary>
public enum RevocationState
{
    /// <summary>Proven: its CA says, in an answer that is genuine and fresh, that it is not revoked.</summary>
    Good,

    /// <summary>Its CA says that it is revoked.</summary>
    Revoked,

    /// <summary>The responder answers, and does not know the certificate.</summary>
    Unknown,

    /// <summary>There is no answer that proves anything. Whoever has to be safe takes this for a no.</summary>
    Unavailable,
}

/// <summary>Where an answer about revocation came from.</summary>
public enum RevocationSource
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>An OCSP responder.</summary>
    Ocsp,

    /// <summary>A revocation list.</summary>
    Crl,

    /// <summary>An OCSP response in a file.</summary>
    ResponseFile,

    /// <summary>An OCSP response that a server sent along in its handshake.</summary>
    Staple,
}

/// <summary>The answer to "is this certificate revoked?", and what it rests on.</summary>
public sealed record RevocationStatus
{
    internal RevocationStatus()
    {
    }

    /// <summary>The certificate.</summary>
    public required MtlsCertificate Certificate { get; init; }

    /// <summary>The certificate's name.</summary>
    public string Name => Certificate.Name;

    /// <summary>The certificate's serial number, upper-case hex.</summary>
    public string SerialNumber => Certificate.SerialNumber;

    /// <summary>The CA that issued it; null when it is not at hand.</summary>
    public MtlsCertificate? Issuer { get; init; }

    /// <summary>The answer. Good is proven; everything else is not a yes.</summary>
    public RevocationState Status { get; init; } = RevocationState.Unavailable;

    /// <summary>Where the answer came from.</summary>
    public RevocationSource Source { get; init; }

    /// <summary>The URL or the file of the source, or null.</summary>
    public string? Url { get; init; }

    /// <summary>Why it was revoked; null while it is not.</summary>
    public RevocationReason? Reason { get; init; }

    /// <summary>When it was revoked (UTC), or null.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When the answer was true (UTC).</summary>
    public DateTimeOffset? ThisUpdate { get; init; }

    /// <summary>Until when the answer may be used (UTC); null when it does not say.</summary>
    public DateTimeOffset? NextUpdate { get; init; }

    /// <summary>Who signed the answer: the CA itself, or a responder that the CA has certified.</summary>
    public MtlsCertificate? Responder { get; init; }

    /// <summary>The OCSP response as it is encoded (DER); empty when the answer came from elsewhere.</summary>
    public ReadOnlyMemory<byte> Response { get; init; }

    /// <summary>What was found on the way; every status but Good has the reason here.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Name and answer.</summary>
    public override string ToString() => $"{Name}: {Status}{(Reason is { } reason and not RevocationReason.Unspecified ? $" ({reason})" : "")}";
}

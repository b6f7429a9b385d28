namespace MtlsTools.Revocation;

/// <summary>Why a certificate was revoked (RFC 5280, 5.3.1).</summary>
public enum RevocationReason
{
    /// <summary>No reason is given.</summary>
    Unspecified = 0,

    /// <summary>The private key is known to others.</summary>
    KeyCompromise = 1,

    /// <summary>The CA's private key is known to others.</summary>
    CaCompromise = 2,

    /// <summary>The subject's name or other content has changed.</summary>
    AffiliationChanged = 3,

    /// <summary>Another certificate took its place.</summary>
    Superseded = 4,

    /// <summary>It is no longer needed.</summary>
    CessationOfOperation = 5,

    /// <summary>It is on hold.</summary>
    CertificateHold = 6,

    /// <summary>It was on hold, and is no more.</summary>
    RemoveFromCrl = 8,

    /// <summary>A right that it stood for was withdrawn.</summary>
    PrivilegeWithdrawn = 9,

    /// <summary>The attribute authority's private key is known to others.</summary>
    AaCompromise = 10,
}

/// <summary>An entry of a revocation list.</summary>
/// <param name="SerialNumber">The serial number, upper-case hex.</param>
/// <param name="RevokedOn">When it was revoked (UTC).</param>
/// <param name="Reason">Why.</param>
public sealed record RevokedCertificate(string SerialNumber, DateTimeOffset RevokedOn, RevocationReason Reason);

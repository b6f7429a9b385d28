namespace MtlsTools.Authority;

/// <summary>What an entry of a CA's audit log tells.</summary>
public enum AuditEvent
{
    /// <summary>The log begins in a folder that is older than it: what stands in the index so far has no entries.</summary>
    Begun,

    /// <summary>The CA was made, or adopted.</summary>
    Created,

    /// <summary>The CA has another certificate, by its own key or a new one.</summary>
    Renewed,

    /// <summary>A certificate was issued.</summary>
    Issued,

    /// <summary>A request was denied.</summary>
    Denied,

    /// <summary>A certificate was revoked.</summary>
    Revoked,

    /// <summary>A certificate that was on hold is valid again.</summary>
    Released,

    /// <summary>A revocation list was signed.</summary>
    CrlPublished,

    /// <summary>The folder was copied into a backup.</summary>
    BackedUp,

    /// <summary>The folder was made from a backup.</summary>
    Restored,
}

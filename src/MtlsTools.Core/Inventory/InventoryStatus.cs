namespace MtlsTools.Inventory;

/// <summary>How urgent an item is, the calmest first. Where several hold, it is the most urgent one.</summary>
public enum InventoryStatus
{
    /// <summary>Nothing is to be done.</summary>
    Ok,

    /// <summary>A newer certificate for the same subject is in the same CA's records, and still valid: this record is history.</summary>
    Superseded,

    /// <summary>Its validity has not begun.</summary>
    NotYetValid,

    /// <summary>It becomes due soon: within a tenth of its life before <see cref="InventoryItem.RenewAfter"/>, or within the time that was asked for.</summary>
    RenewSoon,

    /// <summary>It is past <see cref="InventoryItem.RenewAfter"/> and still valid.</summary>
    Due,

    /// <summary>It could not be read, and <see cref="InventoryItem.Findings"/> says why.</summary>
    Unreadable,

    /// <summary>A revocation list is past its next update, or has none.</summary>
    CrlStale,

    /// <summary>Its validity has ended.</summary>
    Expired,

    /// <summary>Its issuer has revoked it, by a CA's records or a revocation list that are part of the inventory.</summary>
    Revoked,
}

/// <summary>What an item is.</summary>
public enum InventoryKind
{
    /// <summary>A certificate.</summary>
    Certificate,

    /// <summary>A revocation list.</summary>
    RevocationList,

    /// <summary>Something that could not be read: a file, a folder, a store or an endpoint.</summary>
    Unreadable,
}

/// <summary>Where an item was found.</summary>
public enum InventorySource
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A PFX file or a Java keystore (PKCS#12).</summary>
    Pfx,

    /// <summary>A certificate store.</summary>
    Store,

    /// <summary>The records of a CA folder: what it has issued.</summary>
    Authority,

    /// <summary>A Secret of a Kubernetes manifest.</summary>
    Kubernetes,

    /// <summary>A live server.</summary>
    Endpoint,
}

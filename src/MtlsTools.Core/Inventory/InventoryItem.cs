using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Revocation;

namespace MtlsTools.Inventory;

/// <summary>One certificate or revocation list in one place, or something that could not be read. The same certificate in several places is an item for each, with one <see cref="Sha256"/>; an issuer that only comes along in chains is one item for all of them.</summary>
public sealed record InventoryItem
{
    internal InventoryItem()
    {
    }

    /// <summary>What it is.</summary>
    public InventoryKind Kind { get; internal init; }

    /// <summary>How urgent it is.</summary>
    public InventoryStatus Status { get; internal init; }

    /// <summary>What people call it: the common name or first alternative name, the CA of a revocation list, or what could not be read.</summary>
    public required string Name { get; init; }

    /// <summary>What the certificate is made for; null for what is none, and for records whose certificate is gone.</summary>
    public CertificateRole? Role { get; internal init; }

    /// <summary>Whom it certifies, or null.</summary>
    public string? Subject { get; internal init; }

    /// <summary>The subject alternative names.</summary>
    public IReadOnlyList<AlternativeName> San { get; internal init; } = [];

    /// <summary>Who signed it, or null.</summary>
    public string? Issuer { get; internal init; }

    /// <summary>Valid from (UTC); when a revocation list was made. Null where it is not known.</summary>
    public DateTimeOffset? NotBefore { get; internal init; }

    /// <summary>Valid until (UTC); when the next revocation list is due.</summary>
    public DateTimeOffset? NotAfter { get; internal init; }

    /// <summary>Whole days until then, from the time that the inventory is for; negative afterwards.</summary>
    public int? DaysLeft { get; internal init; }

    /// <summary>From when on it is due for renewal (UTC). See <see cref="RenewalTime"/>.</summary>
    public DateTimeOffset? RenewAfter { get; internal init; }

    /// <summary>Whether it is to be renewed, and can be, where it lies: a certificate that is due or has expired, in a file, PFX or store, and what that file is about. It is false for records of a CA, for what an endpoint shows, and for issuers that come along in a chain.</summary>
    public bool NeedsRenewal { get; internal init; }

    /// <summary>Whether somebody has to do something. Every item that is due, expired, revoked, stale or unreadable, except for a CA's records: of these, only what is due, was not replaced, and lies nowhere else in the inventory.</summary>
    public bool NeedsAttention { get; internal init; }

    /// <summary>The kind of place.</summary>
    public InventorySource Source { get; internal init; }

    /// <summary>The place in words: a file, a store, <c>host:port</c>.</summary>
    public required string Place { get; init; }

    /// <summary>The file, or null.</summary>
    public string? Path { get; internal init; }

    /// <summary>The private key's file as far as one was found, or null.</summary>
    public string? KeyPath { get; internal init; }

    /// <summary>Whether the private key lies with it, encrypted or not.</summary>
    public bool HasPrivateKey { get; internal init; }

    /// <summary>The certificate, or null.</summary>
    public MtlsCertificate? Certificate { get; internal init; }

    /// <summary>The revocation list, or null.</summary>
    public CertificateRevocationList? RevocationList { get; internal init; }

    /// <summary>The serial number, upper-case hex, or null.</summary>
    public string? SerialNumber { get; internal init; }

    /// <summary>SHA-256 over the certificate or list, upper-case hex, or null: equal for copies.</summary>
    public string? Sha256 { get; internal init; }

    /// <summary>SHA-256 over the public key, upper-case hex, or null.</summary>
    public string? SpkiSha256 { get; internal init; }

    /// <summary>What uses it: lines of configurations (<c>nginx.conf:12</c>) and endpoints (<c>host:port</c>) of this inventory.</summary>
    public IReadOnlyList<string> UsedBy { get; internal init; } = [];

    /// <summary>The other places of an issuer that lies or is sent along with certificates: it is one item for all of them.</summary>
    public IReadOnlyList<string> AlsoAt { get; internal init; } = [];

    /// <summary>The other names whose certificates have the same key.</summary>
    public IReadOnlyList<string> SharesKeyWith { get; internal init; } = [];

    /// <summary>What somebody should know, the gravest first.</summary>
    public IReadOnlyList<InventoryFinding> Findings { get; internal init; } = [];

    internal bool ComesAlong { get; init; }

    /// <summary>Status, name and place.</summary>
    public override string ToString() => $"{Status}: {Name} ({Place})";
}

using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Revocation;

namespace MtlsTools.Inventory;

/// <summary>What a collector came upon, before it is judged: a certificate, a record of one, a revocation list, or a failure.</summary>
/// <param name="Source">The kind of place.</param>
/// <param name="Place">The place in words.</param>
internal sealed record Found(InventorySource Source, string Place)
{
    internal MtlsCertificate? Certificate { get; init; }

    internal CertificateRevocationList? List { get; init; }

    /// <summary>The line of a CA's index.</summary>
    internal IssuedEntry? Entry { get; init; }

    /// <summary>The CA that the line is of.</summary>
    internal MtlsCertificate? Authority { get; init; }

    /// <summary>Why something could not be read.</summary>
    internal string? Failure { get; init; }

    /// <summary>The file.</summary>
    internal string? Path { get; init; }

    internal bool HasPrivateKey { get; init; }

    /// <summary>Whether it is an issuer that lies or is sent along with what the place is about.</summary>
    internal bool ComesAlong { get; init; }

    internal static Found Failed(InventorySource source, string place, string why, string? path = null) => new(source, place) { Failure = why, Path = path };
}

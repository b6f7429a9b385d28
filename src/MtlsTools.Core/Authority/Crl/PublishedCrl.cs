using System.Numerics;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>The revocation list of a CA as its folder holds it now.</summary>
public sealed record PublishedCrl
{
    /// <summary>What people call the CA.</summary>
    public required string Ca { get; init; }

    /// <summary>The CA's folder.</summary>
    public required string CaPath { get; init; }

    /// <summary>The file: PEM.</summary>
    public required string Path { get; init; }

    /// <summary>The further file that it was written into, or null.</summary>
    public string? OutFile { get; init; }

    /// <summary>Whether it was made now; else the one that was there is still good.</summary>
    public required bool IsNew { get; init; }

    /// <summary>The lists in the file: the one that the CA's key signed, then those of its former keys.</summary>
    public required IReadOnlyList<CertificateRevocationList> Lists { get; init; }

    /// <summary>The list's number.</summary>
    public BigInteger? Number => Lists[0].Number;

    /// <summary>When it begins (UTC).</summary>
    public DateTimeOffset ThisUpdate => Lists[0].ThisUpdate;

    /// <summary>When the next one is due (UTC).</summary>
    public DateTimeOffset? NextUpdate => Lists[0].NextUpdate;

    /// <summary>How many certificates it lists.</summary>
    public int Count => Lists[0].Count;

    /// <summary>Name, number and dates.</summary>
    public override string ToString() => Lists[0].ToString();
}

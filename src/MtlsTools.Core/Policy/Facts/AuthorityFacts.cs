using MtlsTools.Certificates;

namespace MtlsTools.Policy;

/// <summary>What the rules want to know of a CA folder. Whoever opens CA folders fills it in.</summary>
internal sealed record AuthorityFacts
{
    /// <summary>The CA's own certificate.</summary>
    internal required MtlsCertificate Certificate { get; init; }

    /// <summary>Serial numbers that stand more than once in the index.</summary>
    internal IReadOnlyList<string> RepeatedSerials { get; init; } = [];

    /// <summary>The serial number that the CA would give next by its file, when it has such a file.</summary>
    internal string? NextSerial { get; init; }

    /// <summary>Whether that number stands in the index already, or is none.</summary>
    internal bool NextSerialIsUsed { get; init; }

    /// <summary>The certificate in the index that ends last, and when.</summary>
    internal (string Subject, DateTimeOffset NotAfter)? LastToEnd { get; init; }

    /// <summary>Valid certificates of servers and of clients that were looked at.</summary>
    internal int Servers { get; init; }

    internal int Clients { get; init; }

    /// <summary>Whether a revocation list lies in the folder.</summary>
    internal bool HasCrl { get; init; }

    /// <summary>Certificates that the index lists as revoked.</summary>
    internal int Revoked { get; init; }
}

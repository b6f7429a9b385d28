using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Names;

namespace MtlsTools.Rotation;

/// <summary>What a rotation is to be about, and when.</summary>
public sealed record RotationOptions
{
    /// <summary>What is rotated.</summary>
    public required RotationKind Kind { get; init; }

    /// <summary>What people call it; null takes the file's name.</summary>
    public string? Name { get; init; }

    /// <summary>The CA that is replaced, or that issues the new certificates; null leaves all of it to people.</summary>
    public CertificateAuthority? Ca { get; init; }

    /// <summary>The folder of the CA that follows: one that exists, or where it is made; null makes one beside the old.</summary>
    public string? NewCa { get; init; }

    /// <summary>The name of the CA that follows; null is the old one's with the next generation behind it: G2, G3 …</summary>
    public DistinguishedName? NewCaSubject { get; init; }

    /// <summary>The certificates of this machine that are replaced, each with its file and its key.</summary>
    public IReadOnlyList<MtlsCertificate> Certificates { get; init; } = [];

    /// <summary>The files by which servers and clients of this machine know whom to trust.</summary>
    public IReadOnlyList<string> TrustFiles { get; init; } = [];

    /// <summary>The files with revocation lists that servers of this machine read.</summary>
    public IReadOnlyList<string> CrlFiles { get; init; } = [];

    /// <summary>How long a revocation list is valid; null is as long as the longest pause between steps, and a week.</summary>
    public TimeSpan? CrlLifetime { get; init; }

    /// <summary>The servers that are tested live.</summary>
    public IReadOnlyList<ConnectionTarget> Endpoints { get; init; } = [];

    /// <summary>Log files of servers that show by issuer or serial number who came.</summary>
    public IReadOnlyList<string> AccessLogs { get; init; } = [];

    /// <summary>Day 0; null is the day on which the first certificate was issued, for a CA today.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>How long the old lives from day 0 on; null takes it from the certificates, or 90 days.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>When the new is issued; null is a third of the lifetime.</summary>
    public TimeSpan? IssueAfter { get; init; }

    /// <summary>When the new is rolled out; null is the middle of the overlap.</summary>
    public TimeSpan? RollOutAfter { get; init; }

    /// <summary>How long both are trusted; null is a third of the lifetime.</summary>
    public TimeSpan? Overlap { get; init; }

    /// <summary>Whether an existing file is replaced.</summary>
    public bool Overwrite { get; init; }
}

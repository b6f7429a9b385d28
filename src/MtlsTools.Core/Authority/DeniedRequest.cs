using System.Text.Json.Serialization;

namespace MtlsTools.Authority;

/// <summary>A request that a CA refused, and why.</summary>
public sealed record DeniedRequest
{
    /// <summary>SHA-256 over the request's DER encoding, upper-case hex.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The subject that was asked for.</summary>
    public required string Subject { get; init; }

    /// <summary>The subject alternative names that were asked for.</summary>
    public IReadOnlyList<string> San { get; init; } = [];

    /// <summary>Why it was denied.</summary>
    public required string Reason { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset DeniedAt { get; init; }

    /// <summary>Who: the account and the machine.</summary>
    public required string DeniedBy { get; init; }

    /// <summary>The file that records it.</summary>
    [JsonIgnore]
    public string? Path { get; init; }

    /// <summary>Subject and reason.</summary>
    public override string ToString() => $"{Subject}: {Reason}";
}

using System.Text.Json.Serialization;
using MtlsTools.Certificates;

namespace MtlsTools.Authority;

/// <summary>One line of a CA's audit log. Each names the hash of the line before it, so that none can be changed or taken out unnoticed.</summary>
public sealed record AuditEntry
{
    /// <summary>Its number; the first is 1.</summary>
    public long Number { get; init; }

    /// <summary>When (UTC).</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>What happened.</summary>
    public AuditEvent Event { get; init; }

    /// <summary>Who did it: the account and the machine.</summary>
    public string By { get; init; } = "";

    /// <summary>The serial number of the certificate, upper-case hex; null where there is none.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>The subject of the certificate or the request.</summary>
    public string? Subject { get; init; }

    /// <summary>The subject alternative names.</summary>
    public IReadOnlyList<string>? San { get; init; }

    /// <summary>The end of the certificate, or of the list (UTC).</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>SHA-256 of what was made or denied (certificate, request, list, backup), upper-case hex.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Why: the words of a denial, or the reason of a revocation.</summary>
    public string? Reason { get; init; }

    /// <summary>The number of the list.</summary>
    public string? CrlNumber { get; init; }

    /// <summary>How many certificates the list names, or the index had when the log began or the backup was made.</summary>
    public long? Count { get; init; }

    /// <summary>The hash of the entry before; zeros for the first.</summary>
    public string Previous { get; init; } = AuditLine.NoHash;

    /// <summary>The CA's signature over the line without this and what follows (Base64 of algorithm and signature in DER); null where the key was not at hand.</summary>
    public string? Seal { get; init; }

    /// <summary>SHA-256 of the line without this last member, upper-case hex.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Whether it is about the certificate with this serial number, in whatever form: <c>0A</c>, <c>0xa</c>, <c>00:0a</c>.</summary>
    public bool IsAbout(string serialNumber) => SerialNumber == IssuedEntry.ReadSerialNumber(serialNumber);

    /// <summary>Number, time and event.</summary>
    public override string ToString() => $"{Number} {Time:u} {Event} {Subject}".TrimEnd();

    /// <summary>An entry about a certificate.</summary>
    internal static AuditEntry About(AuditEvent happened, MtlsCertificate certificate) => new()
    {
        Event = happened,
        SerialNumber = IssuedEntry.Normalize(certificate.SerialNumber),
        Subject = certificate.Subject.ToString(),
        San = certificate.San.Count == 0 ? null : certificate.San.Select(name => name.ToString()).ToList(),
        NotAfter = certificate.NotAfter,
        Sha256 = certificate.Sha256,
    };
}

/// <summary>Serialisation worked out at compile time, one line an entry.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;

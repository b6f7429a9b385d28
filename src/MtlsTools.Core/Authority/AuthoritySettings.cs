using System.Text.Json;
using System.Text.Json.Serialization;
using MtlsTools.Encoding;
using MtlsTools.Issuance;

namespace MtlsTools.Authority;

/// <summary>What <c>ca.json</c> holds: the name and the defaults of a CA folder. Everything else lies in the certificate itself.</summary>
internal sealed record AuthoritySettings
{
    /// <summary>What people call the CA; null is the name in its certificate.</summary>
    public string? Name { get; init; }

    /// <summary>The profile of certificates when none is named; null leaves it to the caller.</summary>
    public CertificateProfile? DefaultProfile { get; init; }

    /// <summary>Lifetimes in days that differ from the profiles' own.</summary>
    public IReadOnlyDictionary<CertificateProfile, int>? LifetimeDays { get; init; }

    public IReadOnlyList<string>? CrlUrls { get; init; }

    public IReadOnlyList<string>? OcspUrls { get; init; }

    public IReadOnlyList<string>? IssuerUrls { get; init; }

    /// <exception cref="AuthorityException">The file is no JSON of a CA folder.</exception>
    internal static AuthoritySettings Read(AuthorityLayout layout)
    {
        if (!File.Exists(layout.Settings))
            return new AuthoritySettings();
        try
        {
            return JsonSerializer.Deserialize(InputFile.Read(layout.Settings), AuthorityJson.Default.AuthoritySettings)
                ?? throw new JsonException("The document is null.");
        }
        catch (JsonException damaged)
        {
            throw new AuthorityException(ErrorCode.NotAnAuthority, $"'{layout.Settings}' is not the JSON of a CA folder (line {damaged.LineNumber + 1}). Mend it, or delete it to go on with defaults.", layout.Settings, damaged);
        }
    }

    internal byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, AuthorityJson.Default.AuthoritySettings), (byte)'\n'];
}

/// <summary>Serialisation worked out at compile time: quicker on the first call, and no reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuthoritySettings))]
internal sealed partial class AuthorityJson : JsonSerializerContext;

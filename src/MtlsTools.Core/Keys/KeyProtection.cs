using System.Formats.Asn1;
using MtlsTools.Encoding;

namespace MtlsTools.Keys;

/// <summary>How a private key is encrypted, told without its password.</summary>
/// <param name="Description">For people: <c>PBES2 with aes-256-cbc</c>.</param>
/// <param name="Iterations">How often the password is stretched, when the method counts so.</param>
/// <param name="IsLegacy">Whether cipher or method are given up by today's systems.</param>
public sealed record KeyProtection(string Description, long? Iterations, bool IsLegacy)
{
    /// <summary>OpenSSL's old form: one round of MD5 over the password.</summary>
    internal static KeyProtection DekInfo { get; } = new("OpenSSL's old form (Proc-Type, DEK-Info)", 1, IsLegacy: true);

    /// <summary>What this tool writes.</summary>
    internal static KeyProtection Ours { get; } = new("PBES2 with aes-256-cbc", Pbes2.NewIterations, IsLegacy: false) { Derivation = "PBKDF2 with HMAC-SHA256" };

    /// <summary>How a key is made of the password, such as <c>PBKDF2 with HMAC-SHA256</c>, or null where the description says it.</summary>
    public string? Derivation { get; internal init; }

    /// <summary>The old form with the cipher of its DEK-Info header.</summary>
    internal static KeyProtection OfDekInfo(string? header) =>
        DekInfo with { Description = $"DEK-Info with {(header ?? "no cipher").Split(',')[0].ToLowerInvariant()}", Derivation = "MD5, once" };

    /// <summary>Reads an EncryptedPrivateKeyInfo (RFC 5958, 3).</summary>
    /// <exception cref="AsnContentException">The structure is damaged.</exception>
    internal static KeyProtection Read(ReadOnlyMemory<byte> der)
    {
        if (Pbes2.Read(der) is { } pbes2)
            return new KeyProtection(pbes2.Iterations is null ? $"{pbes2} and {pbes2.DerivationName}" : pbes2.ToString(), pbes2.Iterations, pbes2.IsLegacy) { Derivation = pbes2.DerivationName };
        var algorithm = new AsnReader(der, AsnEncodingRules.BER).ReadSequence().ReadSequence();
        var scheme = algorithm.ReadObjectIdentifier();
        var pbes1 = algorithm.ReadSequence();
        pbes1.ReadOctetString();
        return new KeyProtection($"PBES1 ({DescribePbes1(scheme)})", pbes1.TryReadInt64(out var count) ? count : long.MaxValue, IsLegacy: true);
    }

    /// <summary>The description and the iterations.</summary>
    public override string ToString() => Iterations is null ? Description : $"{Description}, {Iterations} iterations";

    private static string DescribePbes1(string oid) => oid switch
    {
        "1.2.840.113549.1.12.1.3" => "SHA-1 and 3DES",
        "1.2.840.113549.1.12.1.5" => "SHA-1 and RC2-128",
        "1.2.840.113549.1.12.1.6" => "SHA-1 and RC2-40",
        "1.2.840.113549.1.5.3" => "MD5 and DES",
        "1.2.840.113549.1.5.10" => "SHA-1 and DES",
        _ => oid,
    };
}

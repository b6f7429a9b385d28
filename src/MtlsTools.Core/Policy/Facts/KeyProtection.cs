using System.Formats.Asn1;

namespace MtlsTools.Policy;

/// <summary>How a private key is encrypted, told without its password.</summary>
/// <param name="Description">For people: <c>PBES2 with aes-256-cbc</c>.</param>
/// <param name="Iterations">How often the password is stretched, when the method counts so.</param>
/// <param name="IsLegacy">Whether cipher or method are given up by today's systems.</param>
internal sealed record KeyProtection(string Description, long? Iterations, bool IsLegacy)
{
    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";

    /// <summary>OpenSSL's old form: one round of MD5 over the password.</summary>
    internal static KeyProtection DekInfo { get; } = new("OpenSSL's old form (Proc-Type, DEK-Info)", 1, IsLegacy: true);

    /// <summary>Reads an AlgorithmIdentifier of PKCS#5 or PKCS#12.</summary>
    /// <exception cref="AsnContentException">The structure is damaged.</exception>
    internal static KeyProtection Read(AsnReader algorithm)
    {
        var scheme = algorithm.ReadObjectIdentifier();
        if (scheme != Pbes2)
        {
            var pbes1 = algorithm.ReadSequence();
            pbes1.ReadOctetString();
            return new KeyProtection($"PBES1 ({DescribePbes1(scheme)})", ReadCount(pbes1), IsLegacy: true);
        }

        var parameters = algorithm.ReadSequence();
        var derivation = parameters.ReadSequence();
        var function = derivation.ReadObjectIdentifier();
        var cipher = parameters.ReadSequence().ReadObjectIdentifier();
        long? iterations = null;
        if (function == Pbkdf2)
        {
            var pbkdf2 = derivation.ReadSequence();
            pbkdf2.ReadEncodedValue();
            iterations = ReadCount(pbkdf2);
        }

        return new KeyProtection($"PBES2 with {DescribeCipher(cipher)}", iterations, IsLegacy: cipher is "1.2.840.113549.3.7" or "1.2.840.113549.3.2" or "1.3.14.3.2.7");
    }

    private static long ReadCount(AsnReader reader) => reader.TryReadInt64(out var count) ? count : long.MaxValue;

    private static string DescribeCipher(string oid) => oid switch
    {
        "2.16.840.1.101.3.4.1.2" => "aes-128-cbc",
        "2.16.840.1.101.3.4.1.22" => "aes-192-cbc",
        "2.16.840.1.101.3.4.1.42" => "aes-256-cbc",
        "1.2.840.113549.3.7" => "3des-cbc",
        "1.2.840.113549.3.2" => "rc2-cbc",
        "1.3.14.3.2.7" => "des-cbc",
        _ => oid,
    };

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

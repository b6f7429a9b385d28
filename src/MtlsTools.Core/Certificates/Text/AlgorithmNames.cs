namespace MtlsTools.Certificates;

/// <summary>Algorithms and curves by the names that OpenSSL prints.</summary>
internal static class AlgorithmNames
{
    private static readonly Dictionary<string, string> Known = new()
    {
        ["1.2.840.113549.1.1.1"] = "rsaEncryption",
        ["1.2.840.113549.1.1.4"] = "md5WithRSAEncryption",
        ["1.2.840.113549.1.1.5"] = "sha1WithRSAEncryption",
        ["1.2.840.113549.1.1.10"] = "rsassaPss",
        ["1.2.840.113549.1.1.11"] = "sha256WithRSAEncryption",
        ["1.2.840.113549.1.1.12"] = "sha384WithRSAEncryption",
        ["1.2.840.113549.1.1.13"] = "sha512WithRSAEncryption",
        ["1.2.840.113549.1.1.14"] = "sha224WithRSAEncryption",
        ["1.2.840.10045.2.1"] = "id-ecPublicKey",
        ["1.2.840.10045.4.1"] = "ecdsa-with-SHA1",
        ["1.2.840.10045.4.3.1"] = "ecdsa-with-SHA224",
        ["1.2.840.10045.4.3.2"] = "ecdsa-with-SHA256",
        ["1.2.840.10045.4.3.3"] = "ecdsa-with-SHA384",
        ["1.2.840.10045.4.3.4"] = "ecdsa-with-SHA512",
        ["1.2.840.10040.4.1"] = "dsaEncryption",
        ["2.16.840.1.101.3.4.3.2"] = "dsa_with_SHA256",
        ["1.3.101.112"] = "ED25519",
        ["1.3.101.113"] = "ED448",
    };

    /// <summary>The name, or the number.</summary>
    internal static string Of(string oid) => Known.GetValueOrDefault(oid, oid);

    /// <summary>A curve's name, its name at NIST and its size; 0 when it is unknown.</summary>
    internal static (string Name, string? Nist, int Bits) OfCurve(string oid) => oid switch
    {
        "1.2.840.10045.3.1.7" => ("prime256v1", "P-256", 256),
        "1.3.132.0.34" => ("secp384r1", "P-384", 384),
        "1.3.132.0.35" => ("secp521r1", "P-521", 521),
        "1.3.132.0.33" => ("secp224r1", "P-224", 224),
        "1.3.132.0.10" => ("secp256k1", null, 256),
        "1.3.36.3.3.2.8.1.1.7" => ("brainpoolP256r1", null, 256),
        "1.3.36.3.3.2.8.1.1.11" => ("brainpoolP384r1", null, 384),
        "1.3.36.3.3.2.8.1.1.13" => ("brainpoolP512r1", null, 512),
        _ => (oid, null, 0),
    };
}

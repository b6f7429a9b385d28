namespace MtlsTools.Keys;

/// <summary>The kinds of key that this tool makes. All are supported by every TLS stack in use; nothing weaker is offered.</summary>
public enum KeyAlgorithm
{
    /// <summary>Elliptic curve P-256 (secp256r1): the default for servers and clients.</summary>
    EcdsaP256,

    /// <summary>Elliptic curve P-384 (secp384r1): the default for certificate authorities.</summary>
    EcdsaP384,

    /// <summary>Elliptic curve P-521 (secp521r1).</summary>
    EcdsaP521,

    /// <summary>RSA with a modulus of 2048 bits.</summary>
    Rsa2048,

    /// <summary>RSA with a modulus of 3072 bits.</summary>
    Rsa3072,

    /// <summary>RSA with a modulus of 4096 bits.</summary>
    Rsa4096,
}

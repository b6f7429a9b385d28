namespace MtlsTools.Keys;

/// <summary>The forms in which private keys lie in files.</summary>
public enum KeyFormat
{
    /// <summary>PKCS#8 (RFC 5958), <c>PRIVATE KEY</c> or <c>ENCRYPTED PRIVATE KEY</c>: the form for every kind of key, and the only one that is encrypted well.</summary>
    Pkcs8,

    /// <summary>PKCS#1 (RFC 8017, A.1.2), <c>RSA PRIVATE KEY</c>: RSA alone, for older programs.</summary>
    Pkcs1,

    /// <summary>SEC 1 (RFC 5915), <c>EC PRIVATE KEY</c>: elliptic curves alone, for older programs.</summary>
    Sec1,

    /// <summary>Inside a PFX (PKCS#12), beside certificates.</summary>
    Pfx,
}

namespace MtlsTools.Issuance;

/// <summary>What of a request's extensions gets into the certificate.</summary>
public enum ExtensionCopying
{
    /// <summary>Nothing: the names are those that the issuer gives.</summary>
    None,

    /// <summary>The subject alternative names, unless the issuer gives others.</summary>
    San,

    /// <summary>Also keyUsage and extendedKeyUsage as far as the profile has them, and the TLS feature extension.</summary>
    All,
}

namespace MtlsTools.Certificates;

/// <summary>The purposes that extendedKeyUsage lists.</summary>
internal static class KeyPurposes
{
    private static readonly (string Oid, string Name, string Text)[] Known =
    [
        (MtlsCertificate.ServerAuthOid, "serverAuth", "TLS Web Server Authentication"),
        (MtlsCertificate.ClientAuthOid, "clientAuth", "TLS Web Client Authentication"),
        ("1.3.6.1.5.5.7.3.3", "codeSigning", "Code Signing"),
        ("1.3.6.1.5.5.7.3.4", "emailProtection", "E-mail Protection"),
        ("1.3.6.1.5.5.7.3.5", "ipsecEndSystem", "IPSec End System"),
        ("1.3.6.1.5.5.7.3.6", "ipsecTunnel", "IPSec Tunnel"),
        ("1.3.6.1.5.5.7.3.7", "ipsecUser", "IPSec User"),
        ("1.3.6.1.5.5.7.3.8", "timeStamping", "Time Stamping"),
        ("1.3.6.1.5.5.7.3.9", "OCSPSigning", "OCSP Signing"),
        ("1.3.6.1.5.5.7.3.17", "ipsecIKE", "ipsec Internet Key Exchange"),
        ("1.3.6.1.4.1.311.20.2.2", "msSmartcardLogin", "Microsoft Smartcard Login"),
        ("1.3.6.1.4.1.311.10.3.4", "msEFS", "Microsoft Encrypted File System"),
        ("1.3.6.1.5.2.3.4", "pkInitClientAuth", "PKINIT Client Auth"),
        ("1.3.6.1.5.2.3.5", "pkInitKDC", "Signing KDC Response"),
        ("2.16.840.1.113730.4.1", "nsSGC", "Netscape Server Gated Crypto"),
        ("2.5.29.37.0", "anyExtendedKeyUsage", "Any Extended Key Usage"),
    ];

    /// <summary>The name of RFC 5280 and OpenSSL's configuration, or the number.</summary>
    internal static string NameOf(string oid) => Array.Find(Known, known => known.Oid == oid).Name ?? oid;

    /// <summary>As OpenSSL prints it.</summary>
    internal static string TextOf(string oid) => Array.Find(Known, known => known.Oid == oid).Text ?? oid;
}

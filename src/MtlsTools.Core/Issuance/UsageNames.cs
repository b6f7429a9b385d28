using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Issuance;

/// <summary>The names of key usages and extended key usages, as RFC 5280 and OpenSSL write them.</summary>
internal static class UsageNames
{
    internal const string AnyExtendedKeyUsageOid = "2.5.29.37.0";

    /// <summary>Key usages in the order of their bits.</summary>
    internal static readonly IReadOnlyList<(string Name, X509KeyUsageFlags Flag)> KeyUsages =
    [
        ("digitalSignature", X509KeyUsageFlags.DigitalSignature),
        ("nonRepudiation", X509KeyUsageFlags.NonRepudiation),
        ("keyEncipherment", X509KeyUsageFlags.KeyEncipherment),
        ("dataEncipherment", X509KeyUsageFlags.DataEncipherment),
        ("keyAgreement", X509KeyUsageFlags.KeyAgreement),
        ("keyCertSign", X509KeyUsageFlags.KeyCertSign),
        ("cRLSign", X509KeyUsageFlags.CrlSign),
        ("encipherOnly", X509KeyUsageFlags.EncipherOnly),
        ("decipherOnly", X509KeyUsageFlags.DecipherOnly),
    ];

    /// <summary>Extended key usages; the meaning ends the sentence "this certificate may …".</summary>
    internal static readonly IReadOnlyList<(string Name, string Oid, string Meaning)> ExtendedKeyUsages =
    [
        ("serverAuth", MtlsCertificate.ServerAuthOid, "be a TLS server"),
        ("clientAuth", MtlsCertificate.ClientAuthOid, "be a TLS client"),
        ("codeSigning", "1.3.6.1.5.5.7.3.3", "sign programs"),
        ("emailProtection", "1.3.6.1.5.5.7.3.4", "sign and encrypt mail"),
        ("timeStamping", "1.3.6.1.5.5.7.3.8", "sign time stamps"),
        ("OCSPSigning", "1.3.6.1.5.5.7.3.9", "sign OCSP answers"),
        ("ipsecIKE", "1.3.6.1.5.5.7.3.17", "be an IPsec peer"),
        ("msSmartcardLogin", "1.3.6.1.4.1.311.20.2.2", "log on to Windows"),
        ("anyExtendedKeyUsage", AnyExtendedKeyUsageOid, "be used for anything"),
    ];

    /// <summary>The name that people know, or the number.</summary>
    internal static string ToName(string oid) => ExtendedKeyUsages.FirstOrDefault(one => one.Oid == oid).Name ?? oid;

    /// <summary>The number of a name or a number; null when it is neither.</summary>
    internal static string? ToOid(string text) =>
        ExtendedKeyUsages.FirstOrDefault(one => one.Name.Equals(text, StringComparison.OrdinalIgnoreCase)).Oid ?? (IsOid(text) ? text : null);

    internal static bool IsOid(string text)
    {
        var arcs = text.Split('.');
        return arcs.Length >= 2 && arcs[0] is "0" or "1" or "2"
            && Array.TrueForAll(arcs, arc => arc.Length > 0 && arc.All(char.IsAsciiDigit) && (arc == "0" || arc[0] != '0'))
            && (arcs[0] == "2" || arcs[1].Length == 1 || (arcs[1].Length == 2 && string.CompareOrdinal(arcs[1], "39") <= 0));
    }

    /// <summary>The flag of a name; contentCommitment is the name that X.509 has since given to nonRepudiation.</summary>
    internal static X509KeyUsageFlags? ToKeyUsage(string text)
    {
        if (text.Equals("contentCommitment", StringComparison.OrdinalIgnoreCase))
            return X509KeyUsageFlags.NonRepudiation;
        return KeyUsages.FirstOrDefault(one => one.Name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { Name: not null } found ? found.Flag : null;
    }

    /// <summary>The names of all bits that are set.</summary>
    internal static IEnumerable<string> ToNames(X509KeyUsageFlags usage) => KeyUsages.Where(one => usage.HasFlag(one.Flag)).Select(one => one.Name);
}

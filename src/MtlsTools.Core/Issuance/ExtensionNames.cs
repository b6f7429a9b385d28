using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>The names of extensions.</summary>
internal static class ExtensionNames
{
    internal const string SubjectKeyIdentifier = "2.5.29.14";
    internal const string KeyUsage = "2.5.29.15";
    internal const string BasicConstraints = "2.5.29.19";
    internal const string CrlDistributionPoints = "2.5.29.31";
    internal const string AuthorityKeyIdentifier = "2.5.29.35";
    internal const string ExtendedKeyUsage = "2.5.29.37";
    internal const string AuthorityInfoAccess = "1.3.6.1.5.5.7.1.1";
    internal const string TlsFeature = "1.3.6.1.5.5.7.1.24";

    private static readonly Dictionary<string, string> Known = new()
    {
        [SubjectKeyIdentifier] = "subjectKeyIdentifier",
        [KeyUsage] = "keyUsage",
        [AlternativeNames.Oid] = "subjectAltName",
        [BasicConstraints] = "basicConstraints",
        [NameConstraints.Oid] = "nameConstraints",
        [CrlDistributionPoints] = "crlDistributionPoints",
        [ExtensionBuilder.CertificatePoliciesOid] = "certificatePolicies",
        [AuthorityKeyIdentifier] = "authorityKeyIdentifier",
        [ExtendedKeyUsage] = "extendedKeyUsage",
        [AuthorityInfoAccess] = "authorityInfoAccess",
        [TlsFeature] = "tlsfeature",
        [NetscapeExtensions.CertTypeOid] = "nsCertType",
        [NetscapeExtensions.CommentOid] = "nsComment",
    };

    /// <summary>The name that RFC 5280 and OpenSSL use, or the number.</summary>
    internal static string Of(string oid) => Known.GetValueOrDefault(oid, oid);
}

using System.Security.Cryptography.X509Certificates;
using MtlsTools.Names;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Policy;

/// <summary>What a certificate may be used for: basicConstraints, keyUsage, extendedKeyUsage.</summary>
internal static class UsageRules
{
    private const X509KeyUsageFlags Encipherment = X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment;
    private const X509KeyUsageFlags Superfluous = X509KeyUsageFlags.NonRepudiation | X509KeyUsageFlags.DataEncipherment;

    internal static IReadOnlyList<PolicyRule> All { get; } =
    [
        new("NoExtensions", Warning, "RFC 5280, 4.2", "A certificate says by its extensions what it is for", "Issue it again with a profile (Approve-MtlsCsr -Profile Client or Server), or in OpenSSL with -extfile.")
        {
            Certificate = c => c.IsBare ? $"'{c.Name}' is a version {c.Version} certificate without any extension: some programs take it for every purpose, and others, such as .NET's clients, for none." : null,
        },
        new("VersionUnexpected", Error, "RFC 5280, 4.1.2.1", "A certificate with extensions is version 3", "Issue it again as version 3.")
        {
            Certificate = c => !c.IsBare && c.Version != 3 ? $"'{c.Name}' has extensions and calls itself version {c.Version}." : null,
        },
        new("EkuMissing", Warning, "RFC 5280, 4.2.1.12", "A server's or client's certificate names its purpose", "Issue it again with extendedKeyUsage serverAuth or clientAuth: without it any server can pass for a client, and .NET does not offer it to servers.")
        {
            Certificate = c => !c.IsCa && !c.IsBare && c.Extensions.ExtendedKeyUsage is null ? $"'{c.Name}' has no extendedKeyUsage." : null,
        },
        new("EkuAny", Warning, "RFC 5280, 4.2.1.12", "A purpose is named, not all of them", "Issue it again with serverAuth or clientAuth alone.")
        {
            Certificate = c => c.Extensions.HasPurpose(CertificateFacts.AnyPurpose) ? $"'{c.Name}' has anyExtendedKeyUsage." : null,
        },
        new("PurposesNotSeparated", Information, "RFC 5280, 4.2.1.12; least privilege", "A certificate is a server's or a client's, not both", "Issue two certificates, unless the program really is both (a peer in a mesh): a server that is broken into can pass for a client.")
        {
            Certificate = c => c.IsServer && c.IsClient && c.Extensions.ExtendedKeyUsage is not null ? $"'{c.Name}' may be used as a server and as a client." : null,
        },
        new("LeafIsCa", Error, "RFC 5280, 4.2.1.9", "The certificate of a server is no CA", "Issue it again with basicConstraints CA:FALSE: whoever steals its key can issue certificates. 'openssl req -x509' makes such ones unless told not to.")
        {
            Certificate = c => c.IsCa && c.Names.San.Any(name => name.Kind is AlternativeNameKind.Dns or AlternativeNameKind.IpAddress) ? $"'{c.Name}' names hosts ({string.Join(", ", c.Names.San)}) and is a CA (CA:TRUE)." : null,
        },
        new("LeafMaySignCertificates", Error, "RFC 5280, 4.2.1.3", "Only a CA has keyCertSign", "Issue it again without keyCertSign: strict verifiers refuse it.")
        {
            Certificate = c => !c.IsCa && c.Extensions.HasUsage(X509KeyUsageFlags.KeyCertSign) ? $"'{c.Name}' is no CA and its keyUsage has keyCertSign." : null,
        },
        new("BasicConstraintsNotCritical", Error, "RFC 5280, 4.2.1.9", "A CA's basicConstraints are critical", "Issue the CA again with basicConstraints=critical,CA:TRUE: strict verifiers (OpenSSL -x509_strict, Python 3.13) refuse it.")
        {
            Certificate = c => c.IsCa && !c.Extensions.IsCritical(ExtensionFacts.BasicConstraintsOid) ? $"The basicConstraints of the CA '{c.Name}' are not marked critical." : null,
        },
        new("PathLengthMissing", Warning, "RFC 5280, 4.2.1.9", "An intermediate CA limits how many CAs may follow below it", "Issue it again with pathlen:0 (New-MtlsCa -PathLength 0), or with the number that is needed.")
        {
            Certificate = c => c.IsCa && !c.IsSelfSigned && c.Extensions.PathLength is null ? $"The intermediate CA '{c.Name}' has no path length, so that it may make CAs without end." : null,
        },
        new("PathLengthOnLeaf", Error, "RFC 5280, 4.2.1.9", "Only a CA has a path length", "Issue it again with basicConstraints CA:FALSE and nothing else: strict verifiers refuse it.")
        {
            Certificate = c => !c.IsCa && c.Extensions.PathLength is not null ? $"'{c.Name}' is no CA and has the path length {c.Extensions.PathLength}." : null,
        },
        new("CaKeyUsageMissing", Error, "RFC 5280, 4.2.1.3", "A CA has a keyUsage", "Issue the CA again with keyUsage=critical,keyCertSign,cRLSign ('openssl req -x509' needs -addext for it): strict verifiers (OpenSSL -x509_strict, Python 3.13) refuse it.")
        {
            Certificate = c => c.IsCa && c.Extensions.KeyUsage is null ? $"The CA '{c.Name}' has no keyUsage." : null,
        },
        new("CaMayNotSignCertificates", Error, "RFC 5280, 4.2.1.3", "A CA has keyCertSign", "Issue the CA again with keyUsage=critical,keyCertSign,cRLSign.")
        {
            Certificate = c => c.IsCa && c.Extensions.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.KeyCertSign) ? $"'{c.Name}' is a CA, and its keyUsage ({c.Extensions.KeyUsage}) lacks keyCertSign." : null,
        },
        new("CaMayNotSignCrls", Warning, "RFC 5280, 4.2.1.3", "A CA has cRLSign", "Issue the CA again with cRLSign in its keyUsage: without it, it can not revoke what it issued.")
        {
            Certificate = c => c.IsCa && c.Extensions.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.CrlSign) ? $"The keyUsage of the CA '{c.Name}' ({c.Extensions.KeyUsage}) lacks cRLSign." : null,
        },
        new("KeyUsageMissing", Information, "RFC 5280, 4.2.1.3", "A certificate limits what its key may do", "Issue it again with keyUsage=critical,digitalSignature.")
        {
            Certificate = c => !c.IsCa && !c.IsBare && c.Extensions.KeyUsage is null ? $"'{c.Name}' has no keyUsage." : null,
        },
        new("DigitalSignatureMissing", Error, "RFC 8446, 4.4.2.2", "A server's or client's keyUsage has digitalSignature", "Issue it again with digitalSignature: TLS 1.3 proves every identity by a signature.")
        {
            Certificate = c => !c.IsCa && c.Extensions.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.DigitalSignature) ? $"The keyUsage of '{c.Name}' is {c.Extensions.KeyUsage}." : null,
        },
        new("KeyEnciphermentWithEc", Warning, "RFC 8813, 3", "keyEncipherment is for RSA keys", "Issue it again without keyEncipherment and dataEncipherment: elliptic curve keys can not encrypt.")
        {
            Certificate = c => c.Key.IsEc && c.Extensions.KeyUsage is { } usage && (usage & Encipherment) != 0 ? $"'{c.Name}' has an elliptic curve key and the keyUsage {c.Extensions.KeyUsage}." : null,
        },
        new("KeyUsageSuperfluous", Information, "RFC 5280, 4.2.1.3; least privilege", "A keyUsage has what TLS needs and no more", "Leave nonRepudiation and dataEncipherment out: TLS uses neither.")
        {
            Certificate = c => !c.IsCa && c.Extensions.KeyUsage is { } usage && (usage & Superfluous) != 0 ? $"The keyUsage of '{c.Name}' has {c.Extensions.KeyUsage & Superfluous}." : null,
        },
        new("CriticalExtensionUnknown", Error, "RFC 5280, 4.2", "No critical extension is outside of the standard", "Issue it again without it, or not marked critical: verifiers refuse what they do not understand.")
        {
            Certificate = c => Words.About(c.Extensions.UnknownCritical, list => $"'{c.Name}' has the critical extension {list}."),
        },
        new("NetscapeExtension", Information, "RFC 5280 (Netscape's extensions are not in it)", "Netscape's extensions are left out", "Leave nsCertType and nsComment out; extendedKeyUsage says the same and is looked at.")
        {
            Certificate = c => Words.About(c.Extensions.Oids.Where(oid => oid.StartsWith("2.16.840.1.113730.1.", StringComparison.Ordinal)).Select(Netscape), list => $"'{c.Name}' has {list}."),
        },
    ];

    private static string Netscape(string oid) => oid switch
    {
        "2.16.840.1.113730.1.1" => "nsCertType",
        "2.16.840.1.113730.1.13" => "nsComment",
        _ => oid,
    };
}

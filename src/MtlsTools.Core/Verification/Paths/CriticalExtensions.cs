using System.Formats.Asn1;
using MtlsTools.Certificates;
using MtlsTools.Names;

namespace MtlsTools.Verification.Paths;

/// <summary>Which critical extensions path validation takes into account (RFC 5280, 4.2); any other must lead to a refusal.</summary>
internal static class CriticalExtensions
{
    private static readonly HashSet<string> Understood =
    [
        CertificateExtension.BasicConstraints,
        CertificateExtension.KeyUsage,
        CertificateExtension.ExtendedKeyUsage,
        AlternativeNames.Oid,
        NameConstraints.Oid,
        PolicyExtensions.PoliciesOid,
        PolicyExtensions.MappingsOid,
        PolicyExtensions.ConstraintsOid,
        PolicyExtensions.InhibitAnyOid,

        // Where CRLs are: nothing is fetched, and a list by hand is matched with it.
        CertificateExtension.CrlDistributionPoints,
    ];

    /// <exception cref="AsnContentException">The content is damaged.</exception>
    internal static bool IsUnderstood(CertificateExtension extension) =>
        Understood.Contains(extension.Oid) && (extension.Oid != PolicyExtensions.PoliciesOid || PolicyExtensions.HasKnownQualifiersOnly(extension.Value));
}

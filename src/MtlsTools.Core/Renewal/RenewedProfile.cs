using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Issuance;

namespace MtlsTools.Renewal;

/// <summary>Reads the profile off a certificate: what it may be used for stays.</summary>
internal static class RenewedProfile
{
    private const string CpsQualifier = "1.3.6.1.5.5.7.2.1";

    /// <summary>A built-in profile where the certificate is just that; else one with its usages and policies.</summary>
    internal static IssuanceProfile Of(MtlsCertificate certificate)
    {
        if (certificate.Extensions.Count == 0)
            return CertificateProfile.Bare;
        var content = certificate.Content;
        var closest = IssuanceProfile.Of(certificate.Role switch
        {
            CertificateRole.Server => CertificateProfile.Server,
            CertificateRole.Peer => CertificateProfile.Peer,
            _ => CertificateProfile.Client,
        });
        var usages = content.ExtendedKeyUsage ?? [];
        var policies = PoliciesOf(certificate);
        var isJustThat = usages.ToHashSet().SetEquals(closest.ExtendedKeyUsage) && content.KeyUsage == closest.KeyUsageOf(certificate.PublicKey) && policies.Count == 0;
        return isJustThat ? closest : closest with
        {
            Name = certificate.Role.ToString(),
            KeyUsage = content.KeyUsage ?? X509KeyUsageFlags.None,
            AddsKeyEncipherment = closest.AddsKeyEncipherment && content.KeyUsage is not null,
            ExtendedKeyUsage = usages,
            Policies = policies,
            HasBasicConstraints = content.BasicConstraints is not null,
            NeedsSan = closest.NeedsSan && certificate.San.Count > 0,
        };
    }

    /// <summary>What a request may ask for beyond the profile: that its server staples OCSP answers.</summary>
    internal static IEnumerable<X509Extension> RequestedBy(MtlsCertificate certificate) => certificate.Extensions
        .Where(extension => extension.Oid == ExtensionNames.TlsFeature)
        .Select(extension => new X509Extension(extension.Oid, extension.Value.Span, extension.IsCritical));

    private static List<CertificatePolicy> PoliciesOf(MtlsCertificate certificate)
    {
        var policies = new List<CertificatePolicy>();
        if (certificate.Content.FindExtension(ExtensionBuilder.CertificatePoliciesOid) is not { } extension)
            return policies;
        try
        {
            for (var list = new AsnReader(extension.Value, AsnEncodingRules.BER).ReadSequence(); list.HasData;)
            {
                var policy = list.ReadSequence();
                policies.Add(new CertificatePolicy(policy.ReadObjectIdentifier(), policy.HasData ? StatementIn(policy.ReadSequence()) : null));
            }
        }
        catch (AsnContentException damaged)
        {
            throw new InputException(ErrorCode.ContentDamaged, $"The extension {extension.Oid} of the certificate '{certificate.Name}' is damaged. Give a -Profile.", certificate.Path, damaged);
        }

        return policies;
    }

    private static string? StatementIn(AsnReader qualifiers)
    {
        while (qualifiers.HasData)
        {
            var qualifier = qualifiers.ReadSequence();
            if (qualifier.ReadObjectIdentifier() == CpsQualifier)
                return qualifier.ReadCharacterString(UniversalTagNumber.IA5String);
        }

        return null;
    }
}

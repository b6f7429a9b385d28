using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>The extensions of a plan (RFC 5280, 4.2).</summary>
internal static class ExtensionBuilder
{
    internal const string CertificatePoliciesOid = "2.5.29.32";
    private const string CpsQualifierOid = "1.3.6.1.5.5.7.2.1";

    internal static IEnumerable<X509Extension> Build(CertificatePlan plan, IssuerIdentity issuer)
    {
        var (profile, critical) = (plan.Profile, plan.Profile.Critical);
        if (profile.HasBasicConstraints)
            yield return new X509BasicConstraintsExtension(profile.IsCa, plan.PathLength.HasValue, plan.PathLength ?? 0, critical.HasFlag(CriticalExtensions.BasicConstraints));
        if (plan.KeyUsage != X509KeyUsageFlags.None)
            yield return new X509KeyUsageExtension(plan.KeyUsage, critical.HasFlag(CriticalExtensions.KeyUsage));
        if (plan.ExtendedKeyUsage.Count > 0)
            yield return new X509EnhancedKeyUsageExtension(ToOids(plan.ExtendedKeyUsage), critical.HasFlag(CriticalExtensions.ExtendedKeyUsage));
        if (profile.HasSubjectKeyIdentifier)
            yield return new X509SubjectKeyIdentifierExtension(IssuerIdentity.KeyIdOf(plan.PublicKey), critical: false);
        if (profile.AuthorityKeyIdentifier == AuthorityKeyIdentifierForm.KeyId)
            yield return X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer.KeyId.Span);
        if (profile.AuthorityKeyIdentifier == AuthorityKeyIdentifierForm.KeyIdAndIssuer)
            yield return X509AuthorityKeyIdentifierExtension.Create(issuer.KeyId.Span, new X500DistinguishedName(issuer.CertificateIssuer.Span), issuer.CertificateSerial.Span);
        if (plan.San.Count > 0)
            yield return AlternativeNames.ToExtension(plan.San, critical: plan.Subject.IsEmpty);
        if (profile.NameConstraints is { } constraints)
            yield return constraints.ToExtension();
        if (profile.Policies.Count > 0)
            yield return ToPolicies(profile.Policies, critical.HasFlag(CriticalExtensions.CertificatePolicies));
        if (plan.Urls.Crl.Count > 0)
            yield return CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(plan.Urls.Crl);
        if (plan.Urls.Ocsp.Count + plan.Urls.Issuer.Count > 0)
            yield return new X509AuthorityInformationAccessExtension(plan.Urls.Ocsp, plan.Urls.Issuer);
        foreach (var extension in (profile.Netscape?.ToExtensions() ?? []).Concat(plan.Copied))
            yield return extension;
    }

    /// <summary>What the request of a CA asks for; who signs it decides.</summary>
    internal static IEnumerable<X509Extension> BuildRequest(IssuanceProfile profile, int? pathLength)
    {
        yield return new X509BasicConstraintsExtension(profile.IsCa, pathLength.HasValue, pathLength ?? 0, critical: true);
        yield return new X509KeyUsageExtension(profile.KeyUsage, critical: true);
        if (profile.ExtendedKeyUsage.Count > 0)
            yield return new X509EnhancedKeyUsageExtension(ToOids(profile.ExtendedKeyUsage), critical: false);
        if (profile.NameConstraints is { } constraints)
            yield return constraints.ToExtension();
    }

    private static X509Extension ToPolicies(IReadOnlyList<CertificatePolicy> policies, bool critical)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var policy in policies)
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(policy.Oid);
                    if (policy.CpsUri is null)
                        continue;
                    using (writer.PushSequence())
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(CpsQualifierOid);
                        writer.WriteCharacterString(UniversalTagNumber.IA5String, policy.CpsUri);
                    }
                }
            }
        }

        return new X509Extension(CertificatePoliciesOid, writer.Encode(), critical);
    }

    private static OidCollection ToOids(IEnumerable<string> values)
    {
        var oids = new OidCollection();
        foreach (var value in values)
            oids.Add(new Oid(value));
        return oids;
    }
}

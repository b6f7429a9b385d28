using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Issuance;

/// <summary>Everything about a certificate that has been decided.</summary>
internal sealed record CertificatePlan(
    DistinguishedName Subject,
    IReadOnlyList<AlternativeName> San,
    PublicKeyInfo PublicKey,
    ProfileRules Rules,
    int? PathLength,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    byte[] SerialNumber);

/// <summary>Where relying parties find a CA's revocation data and certificate (RFC 5280, 4.2.1.13 and 4.2.2.1).</summary>
internal sealed record IssuerUrls(IReadOnlyList<string> Crl, IReadOnlyList<string> Ocsp, IReadOnlyList<string> Issuer);

/// <summary>Builds and signs the certificate of a plan (RFC 5280, 4.1).</summary>
internal static class CertificateSigner
{
    /// <summary>Signs with an issuer's key.</summary>
    /// <returns>The DER encoding.</returns>
    internal static byte[] Sign(CertificatePlan plan, MtlsCertificate issuer, PrivateKey issuerKey, IssuerUrls urls)
    {
        var authorityKey = issuer.Content.SubjectKeyIdentifier is { } identifier
            ? new X509SubjectKeyIdentifierExtension(identifier.Span, critical: false)
            : new X509SubjectKeyIdentifierExtension(issuer.PublicKey.ToPublicKey(), critical: false);
        return Sign(plan, issuer.Subject, authorityKey, issuerKey, urls);
    }

    /// <summary>Signs with the certificate's own key: a root.</summary>
    /// <returns>The DER encoding.</returns>
    internal static byte[] SelfSign(CertificatePlan plan, PrivateKey key) =>
        Sign(plan, plan.Subject, new X509SubjectKeyIdentifierExtension(plan.PublicKey.ToPublicKey(), critical: false), key, new IssuerUrls([], [], []));

    private static byte[] Sign(CertificatePlan plan, DistinguishedName issuerName, X509SubjectKeyIdentifierExtension issuerKeyId, PrivateKey issuerKey, IssuerUrls urls)
    {
        var extensions = new List<X509Extension>
        {
            new X509BasicConstraintsExtension(plan.Rules.IsCa, plan.PathLength.HasValue, plan.PathLength ?? 0, critical: true),
            new X509KeyUsageExtension(plan.Rules.KeyUsage(plan.PublicKey), critical: true),
        };
        if (plan.Rules.ExtendedKeyUsage.Count > 0)
            extensions.Add(new X509EnhancedKeyUsageExtension(ToOids(plan.Rules.ExtendedKeyUsage), critical: false));
        extensions.Add(new X509SubjectKeyIdentifierExtension(plan.PublicKey.ToPublicKey(), critical: false));
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuerKeyId));
        if (plan.San.Count > 0)
            extensions.Add(AlternativeNames.ToExtension(plan.San, critical: plan.Subject.IsEmpty));
        if (urls.Crl.Count > 0)
            extensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(urls.Crl));
        if (urls.Ocsp.Count + urls.Issuer.Count > 0)
            extensions.Add(new X509AuthorityInformationAccessExtension(urls.Ocsp, urls.Issuer));
        return CertificateEncoder.Encode(plan, issuerName, extensions, issuerKey);
    }

    private static OidCollection ToOids(IEnumerable<string> values)
    {
        var oids = new OidCollection();
        foreach (var value in values)
            oids.Add(new Oid(value));
        return oids;
    }
}

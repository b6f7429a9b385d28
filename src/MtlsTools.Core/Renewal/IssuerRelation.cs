using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;

namespace MtlsTools.Renewal;

/// <summary>What a CA has to do with a certificate.</summary>
internal enum IssuerRelation
{
    /// <summary>Another CA issued it.</summary>
    Stranger,

    /// <summary>This CA issued it, with a key that it has no longer.</summary>
    FormerKey,

    /// <summary>This CA issued it, with the key that it has.</summary>
    Issuer,
}

/// <summary>Tells whose certificates those are that come along. What it reads of the CA it reads once.</summary>
internal sealed class IssuerRecords(ICertificateIssuer issuer)
{
    private readonly Lazy<IReadOnlyList<MtlsCertificate>> former = new(() =>
        [.. issuer.Certificate.Chain.Where(one => one.Subject.Equals(issuer.Certificate.Subject)), .. (issuer as CertificateAuthority)?.Former ?? []]);

    private readonly Lazy<HashSet<string>> revoked = new(() =>
        issuer is CertificateAuthority authority ? authority.GetIssued().Where(entry => entry.Status == IssuedStatus.Revoked).Select(entry => entry.SerialNumber).ToHashSet() : []);

    internal IssuerRelation RelationTo(MtlsCertificate certificate)
    {
        if (!certificate.Issuer.Equals(issuer.Certificate.Subject))
            return IssuerRelation.Stranger;
        if (IsSignedBy(issuer.Certificate))
            return IssuerRelation.Issuer;
        return former.Value.Any(IsSignedBy) ? IssuerRelation.FormerKey : IssuerRelation.Stranger;

        bool IsSignedBy(MtlsCertificate ca) => Signature.IsValid(certificate.RawData, ca.PublicKey);
    }

    internal bool IsRevoked(MtlsCertificate certificate) => revoked.Value.Contains(IssuedEntry.Normalize(certificate.SerialNumber));
}

using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>Tells a CA's certificates from those of other CAs: by its signature, with its key or a former one. Serial numbers of two CAs may be equal.</summary>
internal sealed class OwnCertificates(AuthorityLayout layout, MtlsCertificate authority, IEnumerable<PublicKeyInfo> authorityKeys)
{
    private readonly Lazy<List<PublicKeyInfo>> keys = new(() => authorityKeys.ToList());

    /// <exception cref="AuthorityException">It is another CA's.</exception>
    internal void Check(MtlsCertificate certificate)
    {
        if (certificate.Issuer.Matches(authority.Subject) && keys.Value.Exists(key => Signature.IsValid(certificate.RawData, key)))
            return;
        throw new AuthorityException(
            ErrorCode.CertificateOfAnotherAuthority,
            $"'{certificate.Name}' ({certificate.SerialNumber}) was issued by '{certificate.Issuer}'{(certificate.Issuer.Matches(authority.Subject) ? ", but not with a key that" : ", and")} the CA in '{layout.Folder}' {(certificate.Issuer.Matches(authority.Subject) ? "has or had" : $"is '{authority.Subject}'")}. Revoke it at the CA that issued it.",
            certificate.Path);
    }
}

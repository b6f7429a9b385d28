using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>Tells a CA's certificates from those of other CAs: by its signature, with its key or a former one. Serial numbers of two CAs may be equal.</summary>
internal sealed class OwnCertificates(AuthorityLayout layout, MtlsCertificate authority, TimeProvider clock)
{
    private readonly Lazy<List<PublicKeyInfo>> keys = new(() => FormerCertificates.Read(layout, clock).Prepend(authority).Select(one => one.PublicKey).Distinct().ToList());

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

/// <summary>The certificates that a CA had before, as its folder keeps them.</summary>
internal static class FormerCertificates
{
    internal static IEnumerable<MtlsCertificate> Read(AuthorityLayout layout, TimeProvider clock) => Directory.Exists(layout.ArchiveFolder)
        ? Directory.EnumerateFiles(layout.ArchiveFolder, "*.crt").Order(StringComparer.Ordinal).Select(file => CertificateReader.ReadFile(file, clock: clock)[0])
        : [];
}

using MtlsTools.Certificates;

namespace MtlsTools.Authority;

/// <summary>A CA's certificate with what stands above it, as its folder holds them.</summary>
internal static class AuthorityChain
{
    /// <summary>Reads the CA's certificate with its chain. A root whose key was changed has one too: by it those who know the old root alone find their way.</summary>
    internal static MtlsCertificate Read(AuthorityLayout layout, TimeProvider clock)
    {
        var own = CertificateReader.ReadFile(layout.Certificate, clock: clock);
        var certificate = own[0];
        var listed = File.Exists(layout.Chain) ? CertificateReader.ReadFile(layout.Chain, clock: clock) : [];
        if (!certificate.IsSelfSigned)
            return certificate.WithChain(CertificateReader.BuildChain(certificate, [.. listed, .. own]));
        return listed.Count > 1 && listed[0].Equals(certificate) ? certificate.WithChain(listed.Skip(1).ToList()) : certificate.WithChain([]);
    }

    /// <summary>Finds the way up to a root, or refuses a CA that nobody could verify.</summary>
    /// <exception cref="MtlsException">The certificate is no CA's, or its issuers are not known.</exception>
    internal static MtlsCertificate Complete(MtlsCertificate certificate)
    {
        if (!certificate.CanSignCertificates)
            throw new IssuanceException(ErrorCode.IssuerCannotSign, $"'{certificate.Name}' is no CA's certificate: {(certificate.IsCa ? "its keyUsage lacks keyCertSign" : "basicConstraints CA:TRUE is missing")}. Have the request signed as a CA (in openssl: -extensions v3_ca).", certificate.Path);
        if (certificate.IsSelfSigned)
            return certificate.WithChain([]);
        var chain = CertificateReader.BuildChain(certificate, certificate.Chain);
        var top = chain.Count > 0 ? chain[^1] : certificate;
        return top.IsSelfSigned
            ? certificate.WithChain(chain)
            : throw new InputException(ErrorCode.ChainMissing, $"Who signed '{top.Name}' is not known: the certificate of '{top.Issuer}' is missing. Give the certificates above, up to the root, with -Chain.", certificate.Path);
    }

    internal static string ToPem(IEnumerable<MtlsCertificate> certificates) => string.Concat(certificates.Select(one => one.ToPem()));
}

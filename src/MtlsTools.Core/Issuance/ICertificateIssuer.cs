using MtlsTools.Certificates;
using MtlsTools.Requests;

namespace MtlsTools.Issuance;

/// <summary>Whoever can turn a request into a certificate: the CA folder, or an adapter to a CA that exists elsewhere.</summary>
public interface ICertificateIssuer
{
    /// <summary>The issuer's own certificate, with its chain.</summary>
    MtlsCertificate Certificate { get; }

    /// <summary>Issues a certificate and records it before it is returned.</summary>
    /// <param name="request">The wish; its signature is checked.</param>
    /// <param name="options">The decision.</param>
    /// <param name="warn">Receives warnings: things that were mended or are unwise.</param>
    /// <param name="cancellation">Stops waiting; what is recorded stays recorded.</param>
    /// <exception cref="IssuanceException">A rule forbids it; the message names the rule.</exception>
    MtlsCertificate Issue(CertificateSigningRequest request, IssuanceOptions options, Action<string>? warn = null, CancellationToken cancellation = default);
}

using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>Why the server has no certificate although it wants one.</summary>
internal static class NothingSent
{
    internal static Finding Explain(ConnectionEvidence evidence)
    {
        if (evidence.ClientCertificate is not { } certificate)
            return Found("The server asks for a client certificate and none was sent.", Give(evidence));
        if (!SignatureSchemes.Fit(evidence.SignatureSchemes, certificate.PublicKey))
            return Found($"The server asks for a client certificate, but takes no signature that the key of {Words.Name(certificate)} ({certificate.PublicKey}) can make: it takes {SignatureSchemes.Describe(evidence.SignatureSchemes)}. So none was sent.", "Use a certificate with a key of such a kind, or let the server take this one.");
        return certificate.Role is CertificateRole.Client or CertificateRole.Peer or CertificateRole.AnyPurpose
            ? Found($"The server asks for a client certificate and none was sent, although {Words.Name(certificate)} was given: its kind of key or signature may not be among those that the server takes.", $"Use a certificate with another kind of key. {Give(evidence)}", FindingConfidence.Likely)
            : Found($"The server asks for a client certificate and none was sent: {Words.Name(certificate)} has the role {certificate.Role}, and some systems leave out without a word what is not made for TLS clients (clientAuth).", "Use a certificate issued with the profile Client or Peer.", FindingConfidence.Likely);
    }

    /// <summary>It went out, and the server says that none arrived.</summary>
    internal static Finding ButGiven(ConnectionEvidence evidence) => new(
        FindingId.NoClientCertificateSent,
        FindingSide.Server,
        FindingSeverity.Error,
        $"The server says that no client certificate was sent, although {Words.Name(evidence.ClientCertificate!)} went to {evidence.Target}.",
        "TLS may end at a proxy or load balancer before the server, or the server may ask a second time for the path alone. Look there, and let the proxy pass the certificate on.",
        FindingConfidence.Likely);

    private static string Give(ConnectionEvidence evidence) => evidence.AcceptableIssuers.Count > 0
        ? $"Give a certificate issued by {Words.List(evidence.AcceptableIssuers)} with -Certificate and -Key."
        : "Give a certificate of a CA that the server trusts with -Certificate and -Key.";

    private static Finding Found(string cause, string remedy, FindingConfidence confidence = FindingConfidence.Certain) =>
        new(FindingId.NoClientCertificateSent, FindingSide.Client, FindingSeverity.Error, cause, remedy, confidence);
}

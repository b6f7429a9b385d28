using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>OpenSSL's reasons, which openssl, curl, Python, Node.js, nginx and many others repeat, some of them as constants.</summary>
internal static class OpenSslWordings
{
    private const string Name = "OpenSSL";

    internal static IReadOnlyList<Wording> All { get; } =
    [
        Wording.OfAlert(Name, "certificate.required", TlsAlerts.CertificateRequired),
        Wording.OfAlert(Name, "alert.unknown.ca", TlsAlerts.UnknownCa),
        Wording.OfAlert(Name, "alert.certificate.expired", TlsAlerts.CertificateExpired),
        Wording.OfAlert(Name, "alert.certificate.revoked", TlsAlerts.CertificateRevoked),
        Wording.OfAlert(Name, "alert.unsupported.certificate", TlsAlerts.UnsupportedCertificate),
        Wording.OfAlert(Name, "alert.bad.certificate", TlsAlerts.BadCertificate),
        Wording.OfAlert(Name, "alert.certificate.unknown", TlsAlerts.CertificateUnknown),
        Wording.OfAlert(Name, "alert.handshake.failure", TlsAlerts.HandshakeFailure),
        Wording.OfAlert(Name, "alert.access.denied", TlsAlerts.AccessDenied),
        Wording.OfAlert(Name, "alert.decrypt.error", TlsAlerts.DecryptError),
        Wording.OfAlert(Name, "alert.protocol.version", TlsAlerts.ProtocolVersion),
        Wording.OfAlert(Name, "alert.insufficient.security", TlsAlerts.InsufficientSecurity),
        Wording.OfAlert(Name, "(alert|tlsv1).unrecognized.name", TlsAlerts.UnrecognizedName),
        Wording.OfVerify(Name, "unable to get certificate CRL", 3),
        Wording.OfVerify(Name, "certificate signature failure", 7),
        Wording.OfVerify(Name, "certificate is not yet valid", 9),
        Wording.OfVerify(Name, "certificate has expired( o[^r]| [^o]|[^ ]| ?$)", 10),
        Wording.OfVerify(Name, "CRL is not yet valid", 11),
        Wording.OfVerify(Name, "CRL has expired", 12),
        Wording.OfVerify(Name, "self[- ]signed certificate", 19),
        Wording.OfVerify(Name, "unable to get (local )?issuer certificate", 20),
        Wording.OfVerify(Name, "unable to verify the first certificate|unable to verify leaf signature", 21),
        Wording.OfVerify(Name, "(^ ?|[^t] |[^ ])certificate revoked", 23),
        Wording.OfVerify(Name, "invalid CA certificate", 24),
        Wording.OfVerify(Name, "path length constraint exceeded", 25),
        Wording.OfVerify(Name, "(unsupported|unsuitable) certificate purpose", 26),
        Wording.OfVerify(Name, "(permitted|excluded) subtree violation", 47),
        Wording.OfVerify(Name, "Hostname mismatch|IP address mismatch|no alternative certificate subject name matches|certificate subject name '[^']*' does not match", 62),
        Wording.OfVerify(Name, "ca.md.too.weak|CA signature digest algorithm too weak|ee.key.too.small|EE certificate key too weak|ca.key.too.small", 68),
        new(Name, "key.(values|type).mismatch", FindingId.KeyMismatch),
        new(Name, "peer.did.not.return.a.certificate|no certificate returned", FindingId.NoClientCertificateSent),
        new(Name, "wrong.version.number|:http request\\b|SSL_R_HTTP_REQUEST|packet length too long", FindingId.NotTls),
        new(Name, "unsupported.protocol|no.protocols.available|no.shared.cipher|no.suitable.signature.algorithm|version.too.low", FindingId.NoCommonTlsVersion),
        new(Name, "mac verify (failure|error)|bad.decrypt|maybe wrong password|invalid_password", FindingId.KeyNotOpened),
        new(Name, "inner_evp_generic_fetch:unsupported", FindingId.KeyNotOpened),
        new(Name, "unexpected.eof.while.reading", FindingId.ClosedWithoutAnswer) { IsGeneral = true },
        Wording.OfSide(Name, "certificate.verify.failed", FindingId.IssuerNotFound, FindingId.RootNotTrusted, FindingId.ClientCertificateUntrusted),
    ];
}

using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>OpenSSL's reasons, which openssl, curl, Python, Node.js, nginx and many others repeat; the texts of x509_vfy.h belong to both sides' certificates.</summary>
internal static class OpenSslWordings
{
    internal static IReadOnlyList<Wording> All { get; } =
    [
        new("OpenSSL", "key values mismatch|KEY_VALUES_MISMATCH|key_values_mismatch", FindingId.KeyMismatch),
        new("OpenSSL", "key type mismatch|KEY_TYPE_MISMATCH", FindingId.KeyMismatch),
        new("OpenSSL", "alert certificate required|ALERT_CERTIFICATE_REQUIRED|certificate required", FindingId.NoClientCertificateSent),
        new("OpenSSL", "alert unknown ca|ALERT_UNKNOWN_CA", FindingId.ClientCertificateUntrusted, FindingId.ClientChainIncomplete, FindingId.CrlMissing),
        new("OpenSSL", "alert certificate expired|ALERT_CERTIFICATE_EXPIRED", FindingId.ClientCertificateExpired),
        new("OpenSSL", "alert certificate revoked|ALERT_CERTIFICATE_REVOKED", FindingId.ClientCertificateRevoked),
        new("OpenSSL", "alert unsupported certificate|ALERT_UNSUPPORTED_CERTIFICATE", FindingId.ClientCertificateWrongPurpose),
        new("OpenSSL", "alert bad certificate|ALERT_BAD_CERTIFICATE|alert certificate unknown|ALERT_CERTIFICATE_UNKNOWN", FindingId.ClientCertificateRejected, FindingId.NoClientCertificateSent),
        new("OpenSSL", "alert handshake failure|ALERT_HANDSHAKE_FAILURE", FindingId.NoClientCertificateSent, FindingId.NoCommonTlsVersion),
        new("OpenSSL", "alert protocol version|ALERT_PROTOCOL_VERSION", FindingId.NoCommonTlsVersion),
        new("OpenSSL", "alert insufficient security|ALERT_INSUFFICIENT_SECURITY", FindingId.NoCommonTlsVersion),
        new("OpenSSL", "alert unrecognized name|tlsv1 unrecognized name|UNRECOGNIZED_NAME", FindingId.HostNameMismatch),
        new("OpenSSL", "certificate has expired", FindingId.CertificateExpired),
        new("OpenSSL", "certificate is not yet valid", FindingId.CertificateNotYetValid),
        new("OpenSSL", "certificate revoked", FindingId.CertificateRevoked),
        new("OpenSSL", "unable to get local issuer certificate|unable to get issuer certificate", FindingId.IssuerNotFound),
        new("OpenSSL", "unable to verify the first certificate|unable to verify leaf signature", FindingId.IssuerNotFound),
        new("OpenSSL", "self[- ]signed certificate", FindingId.RootNotTrusted),
        new("OpenSSL", "(unsupported|unsuitable) certificate purpose", FindingId.WrongPurpose),
        new("OpenSSL", "Hostname mismatch|IP address mismatch|no alternative certificate subject name matches|certificate subject name '[^']*' does not match", FindingId.HostNameMismatch),
        new("OpenSSL", "unable to get certificate CRL", FindingId.CrlMissing),
        new("OpenSSL", "CRL has expired|CRL is not yet valid", FindingId.CrlNotFresh),
        new("OpenSSL", "(permitted|excluded) subtree violation", FindingId.NameNotPermitted),
        new("OpenSSL", "path length constraint exceeded|invalid CA certificate", FindingId.IssuerMayNotSign),
        new("OpenSSL", "ca md too weak|CA signature digest algorithm too weak|ee key too small|EE certificate key too weak|ca key too small|CA_MD_TOO_WEAK|EE_KEY_TOO_SMALL|dh key too small", FindingId.AlgorithmTooWeak),
        new("OpenSSL", "certificate signature failure", FindingId.SignatureInvalid),
        new("OpenSSL", "wrong version number|WRONG_VERSION_NUMBER|http request[^s]|HTTP_REQUEST|packet length too long", FindingId.NotTls),
        new("OpenSSL", "unsupported protocol|no protocols available|no shared cipher|no suitable signature algorithm|NO_SHARED_CIPHER|UNSUPPORTED_PROTOCOL|version too low", FindingId.NoCommonTlsVersion),
        new("OpenSSL", "mac verify (failure|error)|bad decrypt|maybe wrong password|INVALID_PASSWORD", FindingId.KeyNotOpened),
        new("OpenSSL", "inner_evp_generic_fetch:unsupported|unsupported:[^ ]*Algorithm \\(RC2-40-CBC", FindingId.KeyNotOpened),
        new("OpenSSL", "unexpected eof while reading|UNEXPECTED_EOF_WHILE_READING", FindingId.ClosedWithoutAnswer) { IsGeneral = true },
        new("OpenSSL", "certificate verify failed|CERTIFICATE_VERIFY_FAILED", FindingId.IssuerNotFound, FindingId.RootNotTrusted, FindingId.ClientCertificateUntrusted) { IsGeneral = true },
    ];
}

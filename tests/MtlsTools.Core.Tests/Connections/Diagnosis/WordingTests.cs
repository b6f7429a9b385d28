using MtlsTools.Connections.Diagnosis;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>A message for every line of the tables of wordings, as the programs write them; what can be provoked here is in LiveWordingTests as well.</summary>
public sealed class WordingTests
{
    /// <summary>Message, the finding that stands first.</summary>
    public static TheoryData<string, FindingId> Messages => new()
    {
        // OpenSSL, and who repeats it
        { "[SSL: SSLV3_ALERT_CERTIFICATE_EXPIRED] sslv3 alert certificate expired (_ssl.c:2580)", FindingId.ClientCertificateExpired },
        { "ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED", FindingId.ClientCertificateRevoked },
        { "ssl/tls alert unsupported certificate", FindingId.ClientCertificateWrongPurpose },
        { "sslv3 alert bad certificate", FindingId.ClientCertificateRejected },
        { "sslv3 alert certificate unknown", FindingId.ClientCertificateRejected },
        { "sslv3 alert handshake failure", FindingId.NoClientCertificateSent },
        { "tlsv1 alert access denied", FindingId.ClientCertificateRejected },
        { "tlsv1 alert decrypt error", FindingId.SignatureInvalid },
        { "tlsv1 alert protocol version", FindingId.NoCommonTlsVersion },
        { "tlsv1 alert insufficient security", FindingId.NoCommonTlsVersion },
        { "tlsv1 unrecognized name", FindingId.HostNameMismatch },
        { "SSL routines::http request", FindingId.NotTls },
        { "SSL routines::no shared cipher", FindingId.NoCommonTlsVersion },
        { "SSL routines::unexpected eof while reading", FindingId.ClosedWithoutAnswer },
        { "SSL routines::ca md too weak", FindingId.AlgorithmTooWeak },
        { "self signed certificate in certificate chain", FindingId.RootNotTrusted },
        { "certificate is not yet valid", FindingId.CertificateNotYetValid },
        { "CRL is not yet valid", FindingId.CrlNotFresh },
        { "invalid CA certificate", FindingId.IssuerMayNotSign },
        { "path length constraint exceeded", FindingId.IssuerMayNotSign },
        { "permitted subtree violation", FindingId.NameNotPermitted },
        { "Mac verify error: invalid password?", FindingId.KeyNotOpened },

        // Servers
        { "<center>The plain HTTP request was sent to HTTPS port</center>", FindingId.NotTls },
        { "<center>The SSL certificate error</center>", FindingId.ClientCertificateRejected },
        { "Reason: You're speaking plain HTTP to an SSL-enabled server port.", FindingId.NotTls },
        { "Reason: Cannot perform Post-Handshake Authentication.", FindingId.NoClientCertificateSent },
        { "127.0.0.1:44512 [21/Nov/2026:11:17:42.684] f1/1: SSL handshake failure", FindingId.NoClientCertificateSent },
        { "f1/1: SSL client CA chain cannot be verified", FindingId.ClientCertificateUntrusted },
        { "javax.net.ssl.SSLHandshakeException: Empty client certificate chain", FindingId.NoClientCertificateSent },
        { "No certificate was found.", FindingId.NoClientCertificateSent },
        { "Error in handshake: Error in the certificate.", FindingId.ClientCertificateRejected },
        { "FATAL:  certificate authentication failed for user \"alice\"", FindingId.ClientCertificateRejected },
        { "LOG:  could not accept SSL connection: certificate verify failed", FindingId.ClientCertificateRejected },
        { "ERR_SSL_CLIENT_AUTH_CERT_NEEDED", FindingId.NoClientCertificateSent },
        { "ERR_BAD_SSL_CLIENT_AUTH_CERT", FindingId.ClientCertificateRejected },

        // Go
        { "remote error: tls: unknown certificate", FindingId.ClientCertificateRejected },
        { "remote error: tls: expired certificate", FindingId.ClientCertificateExpired },
        { "remote error: tls: revoked certificate", FindingId.ClientCertificateRevoked },
        { "remote error: tls: unsupported certificate", FindingId.ClientCertificateWrongPurpose },
        { "remote error: tls: certificate required", FindingId.NoClientCertificateSent },
        { "remote error: tls: handshake failure", FindingId.NoClientCertificateSent },
        { "remote error: tls: access denied", FindingId.ClientCertificateRejected },
        { "remote error: tls: error decrypting message", FindingId.SignatureInvalid },
        { "remote error: tls: protocol version not supported", FindingId.NoCommonTlsVersion },
        { "x509: certificate signed by unknown authority", FindingId.IssuerNotFound },
        { "x509: certificate has expired or is not yet valid: current time 2026-11-21T11:15:43Z is after 2026-11-20T11:15:24Z", FindingId.CertificateExpired },
        { "x509: certificate has expired or is not yet valid: current time 2026-11-21T11:15:43Z is before 2026-11-22T11:15:24Z", FindingId.CertificateNotYetValid },
        { "x509: certificate specifies an incompatible key usage", FindingId.WrongPurpose },
        { "tls: private key does not match public key", FindingId.KeyMismatch },
        { "http: server gave HTTP response to HTTPS client", FindingId.NotTls },

        // Java
        { "javax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca", FindingId.ClientCertificateUntrusted },
        { "Received fatal alert: bad_certificate", FindingId.ClientCertificateRejected },
        { "Received fatal alert: certificate_unknown", FindingId.ClientCertificateRejected },
        { "Received fatal alert: certificate_revoked", FindingId.ClientCertificateRevoked },
        { "Received fatal alert: unsupported_certificate", FindingId.ClientCertificateWrongPurpose },
        { "Received fatal alert: certificate_required", FindingId.NoClientCertificateSent },
        { "Received fatal alert: handshake_failure", FindingId.NoClientCertificateSent },
        { "Received fatal alert: access_denied", FindingId.ClientCertificateRejected },
        { "Received fatal alert: decrypt_error", FindingId.SignatureInvalid },
        { "Received fatal alert: protocol_version", FindingId.NoCommonTlsVersion },
        { "java.security.cert.CertificateExpiredException: NotAfter: Fri Nov 20 11:15:24 UTC 2026", FindingId.CertificateExpired },
        { "java.security.cert.CertificateNotYetValidException: NotBefore: Sun Nov 22 11:15:24 UTC 2026", FindingId.CertificateNotYetValid },
        { "PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed", FindingId.CertificateExpired },
        { "java.security.cert.CertPathValidatorException: Certificate has been revoked, reason: UNSPECIFIED", FindingId.CertificateRevoked },
        { "No subject alternative DNS name matching localhost found.", FindingId.HostNameMismatch },
        { "Extended key usage does not permit use for TLS client authentication", FindingId.WrongPurpose },
        { "Unsupported or unrecognized SSL message", FindingId.NotTls },

        // Node.js
        { "DEPTH_ZERO_SELF_SIGNED_CERT", FindingId.RootNotTrusted },
        { "CERT_HAS_EXPIRED", FindingId.CertificateExpired },
        { "CERT_NOT_YET_VALID", FindingId.CertificateNotYetValid },
        { "CERT_REVOKED", FindingId.CertificateRevoked },
        { "ERR_TLS_CERT_ALTNAME_INVALID", FindingId.HostNameMismatch },
        { "INVALID_PURPOSE", FindingId.WrongPurpose },

        // GnuTLS
        { "The certificate is NOT trusted. The certificate issuer is unknown.", FindingId.IssuerNotFound },
        { "The certificate is NOT trusted. The certificate chain uses expired certificate.", FindingId.CertificateExpired },
        { "The certificate is NOT trusted. The certificate chain uses not yet valid certificate.", FindingId.CertificateNotYetValid },
        { "The certificate is NOT trusted. The certificate chain is revoked.", FindingId.CertificateRevoked },
        { "The certificate is NOT trusted. The name in the certificate does not match the expected.", FindingId.HostNameMismatch },
        { "The certificate is NOT trusted. The certificate chain violates the signer's constraints.", FindingId.WrongPurpose },
        { "Error in handshake: Certificate is required.", FindingId.NoClientCertificateSent },
        { "Failed writing HTTP request: The specified session has been invalidated for some reason..", FindingId.ClosedWithoutAnswer },
        { "An unexpected TLS packet was received.", FindingId.NotTls },
        { "Decryption has failed.", FindingId.KeyNotOpened },

        // .NET, SChannel, macOS
        { "errors in the certificate chain: UntrustedRoot", FindingId.RootNotTrusted },
        { "errors in the certificate chain: NotTimeValid", FindingId.CertificateExpired },
        { "errors in the certificate chain: NotValidForUsage", FindingId.WrongPurpose },
        { "errors in the certificate chain: RevocationStatusUnknown", FindingId.CrlMissing },
        { "The remote certificate is invalid according to the validation procedure: RemoteCertificateChainErrors", FindingId.RootNotTrusted },
        { "No credentials are available in the security package", FindingId.KeyNotUsable },
        { "Cannot determine the frame size or a corrupted frame was received.", FindingId.NotTls },
        { "Received an unexpected EOF or 0 bytes from the transport stream.", FindingId.ClosedWithoutAnswer },
        { "schannel: The revocation function was unable to check revocation because the revocation server was offline.", FindingId.CrlMissing },
        { "SEC_E_WRONG_PRINCIPAL - The target principal name is incorrect.", FindingId.HostNameMismatch },

        // Sockets
        { "connect ECONNREFUSED 127.0.0.1:45075", FindingId.ConnectionRefused },
        { "curl: (6) Could not resolve host: nosuchhost.invalid", FindingId.NameNotResolved },
        { "dial tcp 10.0.0.1:443: i/o timeout", FindingId.TimedOut },
        { "read ECONNRESET", FindingId.NetworkFailed },
        { "curl: (52) Empty reply from server", FindingId.ClosedWithoutAnswer },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_words_are_known(string message, FindingId first)
    {
        var explained = ErrorResolver.Resolve(message);

        Assert.True(explained.IsKnown, message);
        Assert.Equal(first, explained.Findings[0].Id);
    }

    [Fact]
    public void Every_line_of_the_tables_has_a_message()
    {
        var messages = Messages.Concat(ErrorResolverTests.Messages).Select(row => (string)row[0]).ToList();

        Assert.All(Wordings.All, wording => Assert.True(
            messages.Exists(message => wording.FindIn(message, ServerLogWordings.IsServerLog(message)) is not null),
            $"{wording.Program}: no message for '{wording.Pattern}'"));
    }
}

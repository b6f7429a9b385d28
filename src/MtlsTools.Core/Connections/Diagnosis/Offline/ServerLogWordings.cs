using System.Text.RegularExpressions;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>What servers write into their logs and answers about clients.</summary>
internal static partial class ServerLogWordings
{
    internal static IReadOnlyList<Wording> All { get; } =
    [
        new("nginx", "client sent no required SSL certificate|No required SSL certificate was sent", FindingId.NoClientCertificateSent),
        new("nginx", "The SSL certificate error", FindingId.ClientCertificateRejected) { IsGeneral = true },
        new("nginx", "plain HTTP request was sent to HTTPS port", FindingId.NotTls),
        new("Apache", "Cannot perform Post-Handshake Authentication", FindingId.NoClientCertificateSent),
        new("Apache", "speaking plain HTTP to an SSL-enabled server port", FindingId.NotTls),
        new("HAProxy", "SSL client certificate not trusted", FindingId.ClientCertificateUntrusted, FindingId.ClientCertificateRejected),
        new("HAProxy", "SSL client CA chain cannot be verified", FindingId.ClientCertificateUntrusted, FindingId.ClientChainIncomplete),
        new("HAProxy", "SSL handshake failure", FindingId.NoClientCertificateSent, FindingId.HandshakeFailed),
        new("IIS", @"\b403\.7\b", FindingId.NoClientCertificateSent) { Hint = HttpRefusals.HintForNone },
        new("IIS", @"\b403\.13\b", FindingId.ClientCertificateRevoked, FindingId.CrlMissing) { Hint = HttpRefusals.HintForRevoked },
        new("IIS", @"\b403\.16\b", FindingId.ClientCertificateUntrusted) { Hint = HttpRefusals.HintForUntrusted },
        new("IIS", @"\b403\.17\b", FindingId.ClientCertificateExpired, FindingId.ClientCertificateNotYetValid),
        new("Go", "client didn't provide a certificate", FindingId.NoClientCertificateSent),
        new("GnuTLS", "Error in handshake: Error in the certificate", FindingId.ClientCertificateRejected),
        new("Java", "Empty (client )?certificate chain", FindingId.NoClientCertificateSent),
        new("GnuTLS", "No certificate was found|No certificates found", FindingId.NoClientCertificateSent),
        new("PostgreSQL", "connection requires a valid client certificate", FindingId.NoClientCertificateSent),
        new("PostgreSQL", "could not accept SSL connection: certificate verify failed", FindingId.ClientCertificateRejected),
        new("PostgreSQL", "certificate authentication failed for user", FindingId.ClientCertificateRejected),
        new("browsers", "ERR_SSL_CLIENT_AUTH_CERT_NEEDED", FindingId.NoClientCertificateSent),
        new("browsers", "ERR_BAD_SSL_CLIENT_AUTH_CERT", FindingId.ClientCertificateRejected, FindingId.NoClientCertificateSent),
    ];

    /// <summary>Whether a text is a line of a server's log: what it says of alerts and certificates is about the client then, and the alerts are the client's.</summary>
    internal static bool IsServerLog(string text) => ServerLog().IsMatch(text);

    [GeneratedRegex(@"while SSL handshaking|client SSL certificate verify error|, client: |\[client \[?[0-9a-f.:]+|\bAH0\d{4}:|TLS handshake error from|tlsClientError|could not accept SSL connection|SSL_accept:|SSL_do_handshake\(\) failed|SSL handshake failure|Client <unknown> disconnected|Client connection from \S+ failed|Certificate Verification: Error|failed to verify client|SSL client certificate|tls_process_client_certificate|\(mod_openssl\.c|peer.did.not.return.a.certificate", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ServerLog();
}

using System.Text.RegularExpressions;
using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>What servers write into their logs and answers about clients.</summary>
internal static partial class ServerLogWordings
{
    internal static IReadOnlyList<Wording> All { get; } =
    [
        new("nginx", "client sent no required SSL certificate", FindingId.NoClientCertificateSent),
        new("nginx", "No required SSL certificate was sent", FindingId.NoClientCertificateSent),
        new("nginx", "The SSL certificate error", FindingId.ClientCertificateRejected) { IsGeneral = true },
        new("nginx", "plain HTTP request was sent to HTTPS port", FindingId.NotTls),
        new("Apache", "Cannot perform Post-Handshake Authentication", FindingId.NoClientCertificateSent),
        new("Apache", "speaking plain HTTP to an SSL-enabled server port", FindingId.NotTls),
        new("HAProxy", "SSL client certificate not trusted", FindingId.ClientCertificateUntrusted),
        new("HAProxy", "SSL client CA chain cannot be verified", FindingId.ClientCertificateUntrusted, FindingId.ClientChainIncomplete),
        new("IIS", @"\b403\.7\b", FindingId.NoClientCertificateSent),
        new("IIS", @"\b403\.13\b", FindingId.ClientCertificateRevoked, FindingId.CrlMissing),
        new("IIS", @"\b403\.16\b", FindingId.ClientCertificateUntrusted),
        new("IIS", @"\b403\.17\b", FindingId.ClientCertificateExpired, FindingId.ClientCertificateNotYetValid),
        new("OpenSSL", "peer did not return a certificate", FindingId.NoClientCertificateSent),
        new("OpenSSL", "no certificate returned", FindingId.NoClientCertificateSent),
        new("Go", "client didn't provide a certificate", FindingId.NoClientCertificateSent),
        new("Go", "failed to verify (client )?certificate: x509: certificate signed by unknown authority", FindingId.ClientCertificateUntrusted, FindingId.ClientChainIncomplete),
        new("Java", "Empty (client|server)? ?certificate chain", FindingId.NoClientCertificateSent),
        new("GnuTLS", "No certificate was found|No certificates found", FindingId.NoClientCertificateSent),
        new("PostgreSQL", "connection requires a valid client certificate", FindingId.NoClientCertificateSent),
        new("PostgreSQL", "certificate authentication failed for user", FindingId.ClientCertificateRejected),
        new("Kestrel", "ERR_SSL_CLIENT_AUTH_CERT_NEEDED|ERR_BAD_SSL_CLIENT_AUTH_CERT", FindingId.NoClientCertificateSent, FindingId.ClientCertificateUntrusted),
    ];

    /// <summary>Whether a text is a line of a server's log: what it says of alerts and certificates is about the client then.</summary>
    internal static bool IsServerLog(string text) => ServerLog().IsMatch(text);

    [GeneratedRegex(@"while SSL handshaking|client SSL certificate verify error|, client: |\[client \[?[0-9a-f.:]+|\bAH0\d{4}:|http: TLS handshake error from|tlsClientError|could not accept SSL connection|SSL_accept:|SSL handshake failure|Client on listener|Certificate Verification: Error", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ServerLog();
}

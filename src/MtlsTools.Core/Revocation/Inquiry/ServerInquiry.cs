using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Connections.Trace;
using MtlsTools.Verification;

namespace MtlsTools.Revocation;

/// <summary>Asks whether a server's certificate is revoked: by the OCSP response that the server sends along in its handshake (stapling, RFC 6066, 8), and by all other ways where it sends none.</summary>
public static class ServerInquiry
{
    /// <summary>Connects, looks at what the server sends, and judges it. Whether the server is to be trusted is another question.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="connection">How to get there.</param>
    /// <param name="options">Whom to ask, and how strict to be.</param>
    /// <param name="clock">What "now" is when the options name no time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ConnectionException">The server can not be reached, or shows no certificate.</exception>
    public static async Task<RevocationStatus> AskAsync(ConnectionTarget target, ConnectionOptions connection, RevocationOptions options, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(connection);
        var (certificate, staple) = await SeeAsync(target, connection with { SkipServerCheck = true }, cancellation).ConfigureAwait(false);
        var status = await RevocationInquiry.AskAsync(certificate, options, staple, clock, cancellation).ConfigureAwait(false);
        return staple is null ? status with { Findings = [.. status.Findings, Missing(target)] } : status;
    }

    /// <summary>What the server sends. Where this runtime can not open the encrypted part of TLS 1.3, TLS 1.2 shows it in the clear.</summary>
    private static async Task<(MtlsCertificate Certificate, ReadOnlyMemory<byte>? Staple)> SeeAsync(ConnectionTarget target, ConnectionOptions connection, CancellationToken cancellation)
    {
        foreach (var version in new[] { connection.TlsVersion, SslProtocols.Tls12 })
        {
            using var tracer = HandshakeTracer.Create(connection with { TlsVersion = version });
            var trace = await tracer.TraceAsync(target, cancellation).ConfigureAwait(false);
            var sent = trace.Messages.Where(message => message.From == TraceSide.Server).ToList();
            if (sent.Find(message => message.Certificates.Count > 0) is not { } shown)
                continue;
            var staple = sent.Find(message => !message.StapledResponse.IsEmpty)?.StapledResponse;
            return (shown.Certificates[0].WithChain(shown.Certificates.Skip(1).ToList()), staple);
        }

        throw new ConnectionException(ErrorCode.ServerCertificateNotSeen, $"{target} shows no certificate, so there is nothing to ask about. See what it says with Trace-MtlsHandshake.");
    }

    private static Finding Missing(ConnectionTarget target) => RevocationFindings.Note(
        FindingId.StapleMissing,
        $"{target} sends no OCSP response along, although it was asked for one.",
        "Turn stapling on in the server if its clients rely on it; nginx sends none for its first connections after a start.");
}

using MtlsTools.Certificates;
using MtlsTools.Connections.Diagnosis;

namespace MtlsTools.Connections;

/// <summary>The certificates that live servers show.</summary>
public static class ServerCertificates
{
    /// <summary>Connects, looks at the server's certificate and the issuers it sends along, and hangs up. Nothing is judged, and a server that will refuse this client for want of a certificate has shown its own before.</summary>
    /// <param name="target">The server, whatever it speaks over TLS.</param>
    /// <param name="serverName">The name sent as SNI; null takes the target's host.</param>
    /// <param name="timeout">How long each stage may take.</param>
    /// <param name="cancellation">Stops the attempt.</param>
    /// <exception cref="ConnectionException">The server can not be reached, or shows no certificate that can be read.</exception>
    public static async Task<MtlsCertificate> ReadAsync(ConnectionTarget target, string? serverName, TimeSpan timeout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        var options = new ConnectionOptions { SkipServerCheck = true, ServerName = serverName, Timeout = timeout, HandshakeOnly = true };
        using var setup = ClientSetup.Create(options);
        var attempt = await ConnectionAttempt.RunAsync(target, setup, null, cancellation).ConfigureAwait(false);
        if (attempt.ServerCertificate is { } certificate)
            return certificate;
        var why = ConnectionDiagnosis.Explain(ConnectionEvidence.Of(target, options, attempt, null, TimeProvider.System.GetUtcNow()))[0];
        throw new ConnectionException(ErrorCode.ServerCertificateNotSeen, $"{why.Cause} {why.Remedy}", attempt.Failure);
    }
}

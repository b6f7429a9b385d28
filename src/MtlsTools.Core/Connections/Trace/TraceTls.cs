using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Connections.Trace;

/// <summary>Shakes hands over a stream. All that goes in and out is of types that every load context shares, because <see cref="KeyLogContext"/> runs this method in one of its own.</summary>
internal static class TraceTls
{
    /// <param name="transport">The connection.</param>
    /// <param name="host">The name sent as SNI.</param>
    /// <param name="certificate">The client's certificate with its key, or null.</param>
    /// <param name="intermediates">What is sent along with it.</param>
    /// <param name="versions">The TLS versions offered; None leaves them to the system.</param>
    /// <param name="judge">Whether the server's certificate will do.</param>
    /// <param name="cancellation">Ends the handshake.</param>
    /// <returns>The stream inside TLS. The caller disposes it, and with it the connection.</returns>
    /// <exception cref="CryptographicException">The handshake failed.</exception>
    [SuppressMessage("Security", "CA5398", Justification = "The caller chooses, and the default is the system's choice.")]
    internal static async Task<Stream> ConnectAsync(Stream transport, string host, X509Certificate2? certificate, X509Certificate2Collection intermediates, SslProtocols versions, Func<X509Certificate?, X509Chain?, bool> judge, CancellationToken cancellation)
    {
        var tls = new SslStream(transport);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = versions,
                RemoteCertificateValidationCallback = (_, presented, chain, _) => judge(presented, chain),
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
                AllowTlsResume = false,
            };
            if (certificate is not null)
                options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
            await tls.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
            return tls;
        }
        catch (Exception failed)
        {
            await tls.DisposeAsync().ConfigureAwait(false);

            // This type belongs to the assembly that may be here twice; nobody outside could catch it.
            if (failed is AuthenticationException)
                throw new CryptographicException(failed.Message, failed);
            throw;
        }
    }
}

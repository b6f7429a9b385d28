using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections.Application;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>An HTTP client over mutual TLS with certificates from PEM files on every system. Owns its connections and the key handle.</summary>
public sealed class MtlsHttpClient : IDisposable
{
    private readonly TlsIdentity? identity;
    private readonly HttpClient http;
    private readonly string? serverName;

    /// <summary>Makes a client.</summary>
    /// <param name="options">The certificate, the trusted CAs, the server name and the timeout of a whole request.</param>
    /// <exception cref="KeyException">The certificate has no private key.</exception>
    public MtlsHttpClient(ConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        serverName = options.ServerName;
        identity = options.Certificate is null ? null : TlsIdentity.Create(options.Certificate);
        var handler = new SocketsHttpHandler
        {
            // A redirect would hand the client certificate to a host that nobody named.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = options.Timeout,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
        };
        handler.SslOptions.ClientCertificateContext = identity?.Context;
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, presented, chain, _) => Judge(options, sender, presented, chain);
        http = new HttpClient(handler) { Timeout = options.Timeout };
    }

    /// <summary>Why the last server certificate was refused; empty when it was not.</summary>
    public IReadOnlyList<Finding> ServerFindings { get; private set; } = [];

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="HttpRequestException">The connection or the exchange failed.</exception>
    /// <exception cref="TaskCanceledException">It took longer than allowed, or the caller stopped it.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);

        // The platform takes the name for SNI from the Host header alone.
        if (serverName is not null && request.RequestUri is { IsAbsoluteUri: true } uri)
            request.Headers.Host ??= HttpProtocol.HostHeader(uri, serverName);
        return http.SendAsync(request, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        identity?.Dispose();
    }

    private bool Judge(ConnectionOptions options, object sender, X509Certificate? presented, X509Chain? chain)
    {
        if (options.SkipServerCheck)
            return presented is not null;
        if (presented is null || (options.ServerName ?? (sender as SslStream)?.TargetHostName) is not { Length: > 0 } host)
            return false;
        try
        {
            var report = CertificateVerifier.Verify(
                MtlsCertificate.FromPeer(presented, chain),
                new VerificationOptions { TrustedCas = options.TrustedCas, Purpose = CertificatePurpose.Server, HostName = host });
            ServerFindings = report.Findings;
            return report.Success;
        }
        catch (MtlsException damaged)
        {
            ServerFindings = [new Finding(FindingId.ChainInvalid, FindingSide.Server, FindingSeverity.Error, $"The server's certificate can not be read. {damaged.Message}", "Issue a new certificate for the server.")];
            return false;
        }
    }
}

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>An HTTP client over mutual TLS with certificates from PEM files on every system. Owns its connections and the key handle.</summary>
public sealed class MtlsHttpClient : IDisposable
{
    private readonly TlsIdentity? identity;
    private readonly HttpClient http;

    /// <summary>Makes a client.</summary>
    /// <param name="options">The certificate, the trusted CAs, the server name and the timeout of a whole request.</param>
    /// <exception cref="KeyException">The certificate has no private key.</exception>
    public MtlsHttpClient(ConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
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
        if (options.ServerName is not null)
            handler.SslOptions.TargetHost = options.ServerName;
        http = new HttpClient(handler) { Timeout = options.Timeout };
    }

    /// <summary>Why the last server certificate was refused; empty when it was not.</summary>
    public IReadOnlyList<Finding> ServerFindings { get; private set; } = [];

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="HttpRequestException">The connection or the exchange failed.</exception>
    /// <exception cref="TaskCanceledException">It took longer than allowed, or the caller stopped it.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation = default) => http.SendAsync(request, cancellation);

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
        var sent = chain?.ChainPolicy.ExtraStore.Select(one => MtlsCertificate.Create(new X509Certificate2(one.RawDataMemory.Span))).ToList();
        var report = CertificateVerifier.Verify(
            MtlsCertificate.Create(new X509Certificate2(presented.GetRawCertData()), chain: sent),
            new VerificationOptions { TrustedCas = options.TrustedCas, Purpose = CertificatePurpose.Server, HostName = host });
        ServerFindings = report.Findings;
        return report.Success;
    }
}

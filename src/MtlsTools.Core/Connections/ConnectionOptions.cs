using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections.Application;
using MtlsTools.Revocation;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>How a connection is made and judged.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The client's certificate with its key and intermediates; null connects without one.</summary>
    public MtlsCertificate? Certificate { get; init; }

    /// <summary>The CAs that may vouch for the server, and no others; null means the system's own trust.</summary>
    public IReadOnlyList<MtlsCertificate>? TrustedCas { get; init; }

    /// <summary>Whether the system's own trust counts beside <see cref="TrustedCas"/>.</summary>
    public bool UseSystemTrust { get; init; }

    /// <summary>Whether the server's certificate is looked at but not judged.</summary>
    public bool SkipServerCheck { get; init; }

    /// <summary>Revocation lists that cover the server's chain; null when revocation is not judged.</summary>
    public IReadOnlyList<CertificateRevocationList>? Crls { get; init; }

    /// <summary>Whether the revocation lists and responders that the server's certificates name are asked, or what is kept of them (Offline).</summary>
    public X509RevocationMode RevocationMode { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>Which certificates must be covered by <see cref="Crls"/>, or asked about.</summary>
    public CrlScope CrlScope { get; init; }

    /// <summary>The name that the server's certificate must cover and that is sent as SNI; null takes the target's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>The TLS versions that are offered; None leaves them to the system.</summary>
    public SslProtocols TlsVersion { get; init; }

    /// <summary>How the server goes over to TLS, when it begins in the clear.</summary>
    public StartTlsProtocol? StartTls { get; init; }

    /// <summary>What is said inside TLS; null takes the protocol of <see cref="StartTls"/>, or HTTP.</summary>
    public ApplicationProtocol? Protocol { get; init; }

    /// <summary>What an HTTP server is asked.</summary>
    public HttpProbe Http { get; init; } = new();

    /// <summary>The proxy to go through, or null.</summary>
    public ProxyOptions? Proxy { get; init; }

    /// <summary>How long each stage may take; 10 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often it is tried again when the server can not be reached, or ends the connection without a word.</summary>
    public int Retries { get; init; }

    /// <summary>Whether a refusal of this client is what should happen.</summary>
    public bool ExpectRejection { get; init; }

    /// <summary>The reasons of which one must be that of the refusal; empty when any is right.</summary>
    public IReadOnlyList<RejectionReason> RejectionReasons { get; init; } = [];

    /// <summary>Whether a second connection without a certificate is made, to prove that the server really requires one.</summary>
    public bool CheckEnforcement { get; init; }

    /// <summary>The port of targets that name none.</summary>
    public int DefaultPort => ApplicationProtocols.Port(this);

    /// <summary>Whether no request is sent: the server may speak something else than HTTP.</summary>
    internal bool HandshakeOnly { get; init; }

    /// <summary>Whether a refusal is left as it is, without a second connection that would explain it.</summary>
    internal bool OneConnection { get; init; }

    /// <summary>PostgreSQL always begins in the clear.</summary>
    internal StartTlsProtocol? Upgrade => StartTls ?? (Protocol == ApplicationProtocol.PostgreSql ? StartTlsProtocol.PostgreSql : null);
}

using System.Security.Authentication;
using MtlsTools.Certificates;

namespace MtlsTools.Connections;

/// <summary>How a connection is made and judged.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The client's certificate with its key and intermediates; null connects without one.</summary>
    public MtlsCertificate? Certificate { get; init; }

    /// <summary>The CAs that may vouch for the server, and no others; null means the system's own trust.</summary>
    public IReadOnlyList<MtlsCertificate>? TrustedCas { get; init; }

    /// <summary>Whether the server's certificate is looked at but not judged.</summary>
    public bool SkipServerCheck { get; init; }

    /// <summary>The name that the server's certificate must cover and that is sent as SNI; null takes the target's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>How long each stage may take; 10 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a refusal of this client is what should happen.</summary>
    public bool ExpectRejection { get; init; }

    /// <summary>Whether a second connection without a certificate is made, to prove that the server really requires one.</summary>
    public bool CheckEnforcement { get; init; }

    /// <summary>The TLS versions that are offered; None leaves them to the system.</summary>
    public SslProtocols TlsVersions { get; init; }

    /// <summary>Whether no request is sent: the server may speak something else than HTTP.</summary>
    internal bool HandshakeOnly { get; init; }

    /// <summary>How long to listen after the handshake when no request is sent: a server that refuses the client ends the connection of itself.</summary>
    internal TimeSpan Linger { get; init; }

    /// <summary>Whether a refusal is left as it is, without a second connection that would explain it.</summary>
    internal bool OneConnection { get; init; }
}

using System.Net;
using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Revocation;
using MtlsTools.Verification;

namespace MtlsTools.Server;

/// <summary>What a server wants of its clients.</summary>
public enum ClientAuthMode
{
    /// <summary>It does not ask for a certificate.</summary>
    None,

    /// <summary>It asks; a client without one is served, a client with a bad one is refused.</summary>
    Optional,

    /// <summary>It refuses clients without a good certificate.</summary>
    Required,
}

/// <summary>How a local server is to be.</summary>
public sealed record MtlsServerOptions
{
    /// <summary>The TLS versions that the server can speak.</summary>
    internal const SslProtocols EveryProtocol = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>The server's certificate with its key and intermediates.</summary>
    public required MtlsCertificate Certificate { get; init; }

    /// <summary>The CAs whose clients are accepted; required unless <see cref="ClientAuth"/> is None, or <see cref="AllowUntrusted"/> is set.</summary>
    public IReadOnlyList<MtlsCertificate> ClientCas { get; init; } = [];

    /// <summary>What is wanted of clients.</summary>
    public ClientAuthMode ClientAuth { get; init; } = ClientAuthMode.Required;

    /// <summary>Revocation lists; null when revocation is not judged. An empty list covers nobody, so nobody is accepted.</summary>
    public IReadOnlyList<CertificateRevocationList>? Crls { get; init; }

    /// <summary>Which certificates must be covered by <see cref="Crls"/>.</summary>
    public CrlScope CrlScope { get; init; }

    /// <summary>Patterns (with * and ?) of which the client's subject, as RFC 4514 writes it, has to match one; empty for any subject.</summary>
    public IReadOnlyList<string> RequiredSubjects { get; init; } = [];

    /// <summary>Patterns (with * and ?) of which one of the client's alternative names has to match one, bare or with its kind (<c>URI:spiffe://acme/*</c>); empty for any name.</summary>
    public IReadOnlyList<string> RequiredSans { get; init; } = [];

    /// <summary>Whether certificates are let in whoever issued them, expired, revoked or for another purpose: to see what a client presents. Findings are recorded all the same.</summary>
    public bool AllowUntrusted { get; init; }

    /// <summary>The HTTP status that answers a client that is not let in; null ends the connection in the handshake instead.</summary>
    public int? StatusOnReject { get; init; }

    /// <summary>The CAs that are named to clients in the handshake; null names <see cref="ClientCas"/>, an empty list none.</summary>
    public IReadOnlyList<MtlsCertificate>? AcceptableIssuers { get; init; }

    /// <summary>The TLS versions: 1.2, 1.3 or both.</summary>
    public SslProtocols TlsVersion { get; init; } = EveryProtocol;

    /// <summary>How it misbehaves, to test clients.</summary>
    public ServerScenario Scenario { get; init; }

    /// <summary>After how many clients, served or refused, it ends; null for never.</summary>
    public int? MaximumRequests { get; init; }

    /// <summary>The address to listen on; the loopback address by default.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>What is answered.</summary>
    public ServerContent Content { get; init; } = ServerContent.DescribeClient();

    /// <summary>How many connections are served at once; more wait in the system's queue.</summary>
    public int MaximumConnections { get; init; } = 1024;

    /// <summary>How long the handshake and the request may take each.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

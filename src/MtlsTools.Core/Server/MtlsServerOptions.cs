using System.Net;
using MtlsTools.Certificates;

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
    /// <summary>The server's certificate with its key and intermediates.</summary>
    public required MtlsCertificate Certificate { get; init; }

    /// <summary>The CAs whose clients are accepted; required unless <see cref="ClientAuth"/> is None.</summary>
    public IReadOnlyList<MtlsCertificate> ClientCas { get; init; } = [];

    /// <summary>What is wanted of clients.</summary>
    public ClientAuthMode ClientAuth { get; init; } = ClientAuthMode.Required;

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

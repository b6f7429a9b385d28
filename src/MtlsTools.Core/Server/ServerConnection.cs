using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Server;

/// <summary>One connection as the server saw it.</summary>
public sealed record ServerConnection
{
    internal ServerConnection()
    {
    }

    /// <summary>When it was accepted on the network (UTC).</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Where it came from.</summary>
    public required IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>Whether the client was let in and its request answered.</summary>
    public bool Accepted { get; init; }

    /// <summary>Why not, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>What was wrong with the client's certificate; empty when nothing was, or none came.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The certificate that the client presented, or null.</summary>
    public MtlsCertificate? ClientCertificate { get; init; }

    /// <summary>The presented certificate's subject, or null.</summary>
    public string? ClientSubject => ClientCertificate?.Subject.ToString();

    /// <summary>The presented certificate's serial number, or null.</summary>
    public string? ClientSerialNumber => ClientCertificate?.SerialNumber;

    /// <summary>The TLS version, or null.</summary>
    public SslProtocols? Protocol { get; init; }

    /// <summary>The cipher suite, or null.</summary>
    public TlsCipherSuite? CipherSuite { get; init; }

    /// <summary>The request line's method and path, or null.</summary>
    public string? Request { get; init; }

    /// <summary>The answer's HTTP status, or null.</summary>
    public int? Status { get; init; }
}

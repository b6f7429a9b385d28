using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Connections;
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

    /// <summary>The certificate that the client presented with the issuers it sent along, or null.</summary>
    public MtlsCertificate? ClientCertificate { get; init; }

    /// <summary>The presented certificate's subject, or null.</summary>
    public string? ClientSubject => ClientCertificate?.Subject.ToString();

    /// <summary>The presented certificate's serial number, or null.</summary>
    public string? ClientSerialNumber => ClientCertificate?.SerialNumber;

    /// <summary>The host name that the client asked for (SNI), or null.</summary>
    public string? ServerName { get; init; }

    /// <summary>The TLS version, or null.</summary>
    public SslProtocols? Protocol { get; init; }

    /// <summary>The cipher suite, or null.</summary>
    public TlsCipherSuite? CipherSuite { get; init; }

    /// <summary>The alert by which the client refused this server, or null.</summary>
    public TlsAlertInfo? Alert { get; init; }

    /// <summary>The request line's method and path, or null.</summary>
    public string? Request { get; init; }

    /// <summary>The request's headers; empty when none came.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The answer's HTTP status, or null.</summary>
    public int? Status { get; init; }

    /// <summary>What went wrong while the answer was made, or null.</summary>
    public string? Error { get; init; }

    /// <summary>Who came, and what became of it.</summary>
    public override string ToString() => $"{ClientSubject ?? "no certificate"}: {Reason ?? Request ?? "no request"}";
}

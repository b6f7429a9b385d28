using System.Net.Security;
using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>How far a connection came.</summary>
public enum ConnectionStage
{
    /// <summary>Looking up the name.</summary>
    Resolve,

    /// <summary>Reaching the port.</summary>
    Connect,

    /// <summary>The way through the proxy.</summary>
    Proxy,

    /// <summary>What is said in the clear before TLS begins.</summary>
    StartTls,

    /// <summary>The TLS handshake, the server's certificate included.</summary>
    Handshake,

    /// <summary>The server's judgement of the client's certificate; under TLS 1.3 it comes after the handshake, with nginx as an HTTP status.</summary>
    ClientAuthentication,

    /// <summary>The request and its answer.</summary>
    Application,

    /// <summary>Application data came back.</summary>
    Done,
}

/// <summary>What the server wants of its clients, as far as this test could prove it.</summary>
public enum ClientAuthentication
{
    /// <summary>The connection ended before that showed.</summary>
    Unknown,

    /// <summary>It does not ask for a certificate.</summary>
    None,

    /// <summary>It asks; whether it serves clients without one was not tried.</summary>
    Requested,

    /// <summary>It asks, and serves clients without one.</summary>
    Optional,

    /// <summary>It refuses clients without one.</summary>
    Required,
}

/// <summary>How long each stage took.</summary>
/// <param name="Resolve">The name look-up.</param>
/// <param name="Connect">Reaching the port; the way through a proxy and the talk before TLS included.</param>
/// <param name="Handshake">The TLS handshake.</param>
/// <param name="Request">The request and its answer.</param>
public sealed record ConnectionTimings(TimeSpan Resolve, TimeSpan Connect, TimeSpan Handshake, TimeSpan Request)
{
    /// <summary>All of them.</summary>
    public TimeSpan Total => Resolve + Connect + Handshake + Request;

    /// <inheritdoc/>
    public override string ToString() => $"{Total.TotalMilliseconds:F0} ms";
}

/// <summary>A TLS alert (RFC 8446, 6).</summary>
/// <param name="Number">The number on the wire.</param>
public sealed record TlsAlertInfo(int Number)
{
    /// <summary>The name of the RFC.</summary>
    public string Name => TlsAlerts.NameOf(Number);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Number})";
}

/// <summary>The verdict on a connection: both sides' story.</summary>
public sealed record ConnectionReport
{
    internal ConnectionReport()
    {
    }

    /// <summary>host:port.</summary>
    public required string Target { get; init; }

    /// <summary>Whether the connection did what was asked: mutual authentication that works, or with ExpectRejection a proven refusal.</summary>
    public required bool Success { get; init; }

    /// <summary>How far it came.</summary>
    public required ConnectionStage Stage { get; init; }

    /// <summary>Whether the server's certificate is good for this name and purpose; null when it was not seen, or not judged.</summary>
    public bool? ServerTrusted { get; init; }

    /// <summary>What the server wants of its clients.</summary>
    public ClientAuthentication ClientAuth { get; init; }

    /// <summary>Whether the server asked for a client certificate; null when that did not show.</summary>
    public bool? ClientCertificateRequested { get; init; }

    /// <summary>Whether a client certificate went to the server.</summary>
    public bool ClientCertificateSent { get; init; }

    /// <summary>Whether the server accepted the client certificate. True only when application data came back; null when none was sent or nothing was proved.</summary>
    public bool? ClientCertificateAccepted { get; init; }

    /// <summary>The CA names that the server says it accepts, RFC 4514; empty when it names none, or they were not seen.</summary>
    public IReadOnlyList<string> AcceptableIssuers { get; init; } = [];

    /// <summary>The TLS version, or null.</summary>
    public SslProtocols? Protocol { get; init; }

    /// <summary>The cipher suite, or null.</summary>
    public TlsCipherSuite? CipherSuite { get; init; }

    /// <summary>The server's certificate with the chain it sent, or null.</summary>
    public MtlsCertificate? ServerCertificate { get; init; }

    /// <summary>The client certificate that was to be used, or null.</summary>
    public MtlsCertificate? ClientCertificate { get; init; }

    /// <summary>The answer's HTTP status, or null.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The alert that the server sent, or null.</summary>
    public TlsAlertInfo? Alert { get; init; }

    /// <summary>How often it was tried, until this came out.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>How long each stage took.</summary>
    public required ConnectionTimings Timings { get; init; }

    /// <summary>What was found, most important first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>The verdict in a line.</summary>
    public override string ToString() => Success ? $"{Target}: ok" : $"{Target}: {Stage}, {string.Join(", ", Findings.Select(finding => finding.Id))}";
}

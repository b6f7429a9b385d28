using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Tests.Peers.Servers;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>One connection of the matrix.</summary>
/// <param name="Cause">What was wrong with it.</param>
/// <param name="Protocol">TLS 1.2 or 1.3.</param>
/// <param name="Report">What the test of it said.</param>
public sealed record MatrixCell(string Cause, SslProtocols Protocol, ConnectionReport Report)
{
    /// <summary>The finding that stands first, or null when there is none.</summary>
    public FindingId? Verdict => Report.Findings.Count == 0 ? null : Report.Findings[0].Id;

    public bool IsAccepted => Report.Stage == ConnectionStage.Done;

    /// <summary>What the server let this side see, and the verdict where it is not that of the cause.</summary>
    public override string ToString()
    {
        var seen = Report switch
        {
            { Stage: ConnectionStage.Done } => ServerMatrix.Causes[Cause] is null ? "accepted" : "**accepted**",
            { Alert: { } alert } => $"alert {alert.Number}",
            { HttpStatus: { } status } => $"HTTP {status}",
            { ServerTrusted: false } => "seen here",
            _ => "closed",
        };
        return IsAccepted || Verdict == ServerMatrix.Causes[Cause] ? seen : $"{seen} `{Verdict}`";
    }
}

/// <summary>Every server with every cause under both TLS versions; each server is started once.</summary>
public sealed class ServerMatrix : IDisposable
{
    /// <summary>The causes and the finding that has to stand first.</summary>
    public static readonly IReadOnlyDictionary<string, FindingId?> Causes = new Dictionary<string, FindingId?>
    {
        ["good"] = null,
        ["none"] = FindingId.NoClientCertificateSent,
        ["other CA"] = FindingId.ClientCertificateUntrusted,
        ["expired"] = FindingId.ClientCertificateExpired,
        ["not yet valid"] = FindingId.ClientCertificateNotYetValid,
        ["server only"] = FindingId.ClientCertificateWrongPurpose,
        ["no intermediate"] = FindingId.ClientChainIncomplete,
        ["revoked"] = FindingId.ClientCertificateRevoked,
        [nameof(ServerFault.MissingIntermediate)] = FindingId.IssuerNotFound,
        [nameof(ServerFault.OtherHost)] = FindingId.HostNameMismatch,
        [nameof(ServerFault.Expired)] = FindingId.CertificateExpired,
    };

    public static readonly IReadOnlyList<SslProtocols> Protocols = [SslProtocols.Tls12, SslProtocols.Tls13];

    private static readonly Dictionary<string, Func<PeerServer>> Makers = new()
    {
        ["nginx"] = () => new NginxPeer(),
        ["Apache"] = () => new ApachePeer(),
        ["HAProxy"] = () => new HaproxyPeer(),
        ["stunnel"] = () => new StunnelPeer(),
        ["lighttpd"] = () => new LighttpdPeer(),
        ["Caddy"] = () => new CaddyPeer(),
        ["Go"] = () => new GoServerPeer(),
        ["Node"] = () => new NodePeer(),
        ["Java"] = () => new JavaPeer(),
        ["Python"] = () => new PythonPeer(),
        ["openssl"] = () => new OpenSslPeer(),
        ["gnutls"] = () => new GnuTlsPeer(),
    };

    private readonly Lazy<ServerFiles> files = new(() => new ServerFiles());
    private readonly Dictionary<string, (PeerServer Server, IReadOnlyList<MatrixCell> Cells)> done = [];

    public static IEnumerable<string> Servers => Makers.Keys;

    /// <summary>Starts a server and tries everything on it, the first time it is asked for.</summary>
    public async Task<(PeerServer Server, IReadOnlyList<MatrixCell> Cells)> RunAsync(string name)
    {
        if (done.TryGetValue(name, out var there))
            return there;
        using var server = Makers[name]();
        server.Start(files.Value);
        var cells = new MatrixCell[Causes.Count * Protocols.Count];
        var tries = Causes.Keys.SelectMany(cause => Protocols.Select(protocol => (cause, protocol))).Select((one, index) => (one.cause, one.protocol, index));
        await Parallel.ForEachAsync(tries, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, token) =>
            cells[one.index] = new MatrixCell(one.cause, one.protocol, await TestAsync(server, one.cause, one.protocol, token)));
        return done[name] = (server, cells);
    }

    public void Dispose()
    {
        if (files.IsValueCreated)
            files.Value.Dispose();
    }

    private Task<ConnectionReport> TestAsync(PeerServer server, string cause, SslProtocols protocol, CancellationToken cancellation)
    {
        var fault = Enum.TryParse<ServerFault>(cause, out var named) ? named : ServerFault.None;
        var options = server.Adapt(new ConnectionOptions
        {
            Certificate = files.Value.Client(fault == ServerFault.None ? cause : "good"),
            TrustedCas = [files.Value.Pki.ServerRoot.Certificate],
            TlsVersion = protocol,
            Timeout = TimeSpan.FromSeconds(30),
        });

        // By the address, because some servers choose the certificate by the name and have none for another.
        var host = fault == ServerFault.OtherHost ? "127.0.0.1" : "localhost";
        return ConnectionTester.TestAsync(ConnectionTarget.Parse($"{host}:{server.Port(fault)}"), options, cancellation);
    }
}

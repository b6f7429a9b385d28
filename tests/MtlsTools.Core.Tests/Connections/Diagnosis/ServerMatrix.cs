using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Connections.Diagnosis;
using MtlsTools.Connections.Enforcement;
using MtlsTools.Tests.Peers.Servers;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>One connection of the matrix.</summary>
/// <param name="Cause">What was wrong with it.</param>
/// <param name="Protocol">TLS 1.2 or 1.3.</param>
/// <param name="Report">What the test of it said.</param>
/// <param name="Otherwise">How the server refuses where neither alert nor HTTP status says so.</param>
public sealed record MatrixCell(string Cause, SslProtocols Protocol, ConnectionReport Report, string Otherwise)
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
            _ => Otherwise,
        };
        return IsAccepted || Verdict == ServerMatrix.Causes[Cause] ? seen : $"{seen} `{Verdict}`";
    }
}

/// <summary>What came of one server.</summary>
/// <param name="Server">The server, ended meanwhile.</param>
/// <param name="Cells">Every connection.</param>
/// <param name="Logs">What it wrote into its log about a client of each cause.</param>
/// <param name="Battery">Whom of the impostors it let in.</param>
public sealed record MatrixRun(PeerServer Server, IReadOnlyList<MatrixCell> Cells, IReadOnlyDictionary<string, string> Logs, EnforcementReport Battery);

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
        ["mosquitto"] = () => new MosquittoPeer(),
        ["PostgreSQL"] = () => new PostgreSqlPeer(),
    };

    private readonly Lazy<ServerFiles> files = new(() => new ServerFiles());
    private readonly Dictionary<string, MatrixRun> done = [];

    public static IEnumerable<string> Servers => Makers.Keys;

    /// <summary>Starts a server and tries everything on it, the first time it is asked for.</summary>
    public async Task<MatrixRun> RunAsync(string name)
    {
        if (done.TryGetValue(name, out var there))
            return there;
        using var server = Makers[name]();
        server.Start(files.Value);
        var cells = new MatrixCell[Causes.Count * Protocols.Count];
        var tries = Causes.Keys.SelectMany(cause => Protocols.Select(protocol => (cause, protocol))).Select((one, index) => (one.cause, one.protocol, index));
        await Parallel.ForEachAsync(tries, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, token) =>
            cells[one.index] = new MatrixCell(one.cause, one.protocol, await TestAsync(server, one.cause, one.protocol, token), server.Refusal));
        var logs = new Dictionary<string, string>();
        foreach (var cause in Causes.Keys.Where(IsClients))
            logs[cause] = await LogAsync(server, cause);
        var battery = await EnforcementBattery.RunAsync(ConnectionTarget.Parse($"localhost:{server.Port(ServerFault.None)}"), new EnforcementOptions { Connection = Options(server, "good", SslProtocols.None) });
        return done[name] = new MatrixRun(server, cells, logs, battery);
    }

    public void Dispose()
    {
        if (files.IsValueCreated)
            files.Value.Dispose();
    }

    /// <summary>Whether it is the client's fault, and what the server makes of it is in its log.</summary>
    private static bool IsClients(string cause) => Causes[cause] is not null && !Enum.TryParse<ServerFault>(cause, out _);

    /// <summary>What one refused client adds to the server's log, which programs write when they like.</summary>
    private async Task<string> LogAsync(PeerServer server, string cause)
    {
        var before = server.Log.Length;
        await server.ProvokeAsync(files.Value.Client(cause));
        for (var waited = 0; server.LogsReasons && waited < 100 && !ErrorResolver.Resolve(server.Log[before..]).IsKnown; waited++)
            await Task.Delay(20);
        await Task.Delay(50);
        return server.Log[before..];
    }

    private Task<ConnectionReport> TestAsync(PeerServer server, string cause, SslProtocols protocol, CancellationToken cancellation)
    {
        var fault = Enum.TryParse<ServerFault>(cause, out var named) ? named : ServerFault.None;
        var options = Options(server, fault == ServerFault.None ? cause : "good", protocol);

        // By the address, because some servers choose the certificate by the name and have none for another.
        var host = fault == ServerFault.OtherHost ? "127.0.0.1" : "localhost";
        return ConnectionTester.TestAsync(ConnectionTarget.Parse($"{host}:{server.Port(fault)}"), options, cancellation);
    }

    private ConnectionOptions Options(PeerServer server, string client, SslProtocols protocol) => server.Adapt(new ConnectionOptions
    {
        Certificate = files.Value.Client(client),
        TrustedCas = [files.Value.Pki.ServerRoot.Certificate],
        TlsVersion = protocol,
        Timeout = TimeSpan.FromSeconds(30),
    });
}

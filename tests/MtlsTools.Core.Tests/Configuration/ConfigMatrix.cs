using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>What came of one server target.</summary>
/// <param name="Server">The target.</param>
/// <param name="Title">The program with its version.</param>
public sealed record MatrixRun(MatrixServer Server, string Title)
{
    /// <summary>What the program's own check said, by mode.</summary>
    public ConcurrentDictionary<ConfigMode, ConfigCheck> Checks { get; } = new();

    /// <summary>What each client got, by mode and kind.</summary>
    public ConcurrentDictionary<(ConfigMode Mode, string Kind), ConnectionReport> Reports { get; } = new();

    /// <summary>What the backend was told, by mode and kind, although the client wrote such headers itself.</summary>
    public ConcurrentDictionary<(ConfigMode Mode, string Kind), string> Headers { get; } = new();

    /// <summary>The server's certificate before and after a renewal.</summary>
    public (MtlsCertificate Former, MtlsCertificate Renewed, MtlsCertificate? Shown) Renewal { get; set; }
}

/// <summary>Every server target that runs here, each with each kind of client; a target's servers are started once for all tests.</summary>
public sealed class ConfigMatrix : IDisposable
{
    public static readonly IReadOnlyList<string> Kinds = ["good", "none", "other CA", "revoked"];

    private const string Forged = "X-Client-Verify: forged\r\nX-Client-DN: forged\r\nx-client-fingerprint: forged\r\nX-Client-Cert: forged\r\nX-SSL-Client-Verify: forged\r\nX-Client-Serial: forged\r\nX-SSL-Client-S-DN: forged\r\nX-Forwarded-Client-Cert: forged\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConfigFixture fixture = new();
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, MatrixRun> done = [];

    /// <summary>Answers with the head of the request.</summary>
    private readonly ScriptedServer backend = ScriptedServer.OnTcp(async (tcp, token) =>
    {
        var head = await ScriptedServer.HearAsync(tcp, token);
        await ScriptedServer.SayAsync(tcp, $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {head.Length}\r\nConnection: close\r\n\r\n{head}", token);
    });

    private Uri Backend => new($"http://127.0.0.1:{backend.Port}");

    public MtlsCertificate GoodClient => fixture.Files.Pki.Client;

    /// <summary>Does everything with a target, the first time it is asked for.</summary>
    public async Task<MatrixRun> RunAsync(string name)
    {
        if (done.TryGetValue(name, out var there))
            return there;
        var server = MatrixServers.All[name];
        var said = Peer.Require(server.Version[0]).Try(server.Version[1..]).All;
        var run = new MatrixRun(server, $"{name} {Regex.Match(said, @"\d+(\.\d+)?").Value}");
        foreach (var mode in server.Modes)
            await TryAsync(run, mode);
        return done[name] = run;
    }

    public void Dispose()
    {
        backend.Dispose();
        folder.Dispose();
        fixture.Dispose();
    }

    private async Task TryAsync(MatrixRun run, ConfigMode mode)
    {
        var options = Options(run.Server, mode);
        var config = MtlsConfig.Create(options);
        config.Save();
        run.Checks[mode] = config.Test();
        if (mode == ConfigMode.Tls || !run.Checks[mode].Success)
            return;
        using var process = config.Start();
        await Parallel.ForEachAsync(Kinds.Where(kind => kind != "revoked" || options.Crls.Count > 0), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (kind, token) =>
            run.Reports[(mode, kind)] = await AskAsync(run.Server, process, kind, token));
        if (options.ForwardHeaders)
        {
            foreach (var kind in new[] { "good", "none" })
                run.Headers[(mode, kind)] = await HeadersAsync(process, fixture.Files.Client(kind), Forged);
            run.Headers[(mode, "underscores")] = await HeadersAsync(process, fixture.Files.Client("good"), Forged.Replace("X-Client-", "X_client_", StringComparison.OrdinalIgnoreCase));
        }

        if (mode == ConfigMode.Mtls)
            run.Renewal = await RenewAsync(run.Server, config, options, process);
    }

    /// <summary>A server of its own files, so that they can be renewed.</summary>
    private ConfigOptions Options(MatrixServer server, ConfigMode mode) => server.Adapt(new ConfigOptions
    {
        Target = server.Target,
        Mode = mode,
        Certificate = Save(server, mode, fixture.Files.Pki.Server),
        TrustedCas = mode == ConfigMode.Tls ? [] : fixture.ClientCa,
        Crls = mode == ConfigMode.Mtls && server.HasCrl ? fixture.Crls : [],
        Backend = server.NeedsBackend || (server.Forwards && mode != ConfigMode.Tls) ? Backend : null,
        ForwardHeaders = server.Forwards && mode != ConfigMode.Tls,
        Directory = folder.At($"{server.Target} {mode}"),
    });

    private MtlsCertificate Save(MatrixServer server, ConfigMode mode, MtlsCertificate certificate)
    {
        var (file, key) = fixture.Files.Pki.SavePair($"{server.Target} {mode}", certificate);
        return CertificateReader.ReadIdentity(file, key, null);
    }

    private async Task<(MtlsCertificate Former, MtlsCertificate Renewed, MtlsCertificate? Shown)> RenewAsync(MatrixServer server, MtlsConfig config, ConfigOptions options, ConfigProcess process)
    {
        var former = (await AskAsync(server, process, "good")).ServerCertificate!;
        var renewed = Save(server, options.Mode, LivePki.Issue("renewed", fixture.Files.Pki.ServerInter, CertificateProfile.Server, "localhost,127.0.0.1"));
        config = MtlsConfig.Create(options with { Certificate = renewed });
        config.Save(overwrite: true);
        if (server.Reload is { } reload)
            reload(process, renewed);
        else
            process.Stop();
        using var again = server.Reload is null ? config.Start() : null;
        MtlsCertificate? shown = former;
        for (var until = DateTime.UtcNow + Patience; (shown is null || shown.Equals(former)) && DateTime.UtcNow < until;)
        {
            await Task.Delay(50);
            shown = (await AskAsync(server, again ?? process, "good")).ServerCertificate;
        }

        return (former, renewed, shown);
    }

    private Task<ConnectionReport> AskAsync(MatrixServer server, ConfigProcess process, string kind, CancellationToken cancellation = default) =>
        ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{process.Port}"), server.Client(new ConnectionOptions
        {
            Certificate = fixture.Files.Client(kind),
            TrustedCas = fixture.ServerCa,
            Timeout = TimeSpan.FromSeconds(30),
        }), cancellation);

    private static Task<string> HeadersAsync(ConfigProcess process, MtlsCertificate? client, string forged) =>
        RawTls.TryAskAsync(process.Port, client, $"GET / HTTP/1.1\r\nHost: localhost:{process.Port}\r\n{forged}Connection: close\r\n\r\n");
}

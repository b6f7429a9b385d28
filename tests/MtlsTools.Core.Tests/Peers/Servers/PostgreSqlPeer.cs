using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>PostgreSQL with clientcert=verify-full. A cluster has one certificate, so there are copies of one; it refuses to run as root.</summary>
public sealed class PostgreSqlPeer : PeerServer
{
    private const string Account = "postgres";

    public override ConnectionOptions Adapt(ConnectionOptions options) => options with { Protocol = ApplicationProtocol.PostgreSql };

    public override string Refusal => "SQLSTATE 28000";

    public override Task ProvokeAsync(MtlsCertificate? client) =>
        ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{Port(ServerFault.None)}"), Adapt(new ConnectionOptions { Certificate = client, SkipServerCheck = true }));

    protected override string FindTitle()
    {
        Peer.Require("initdb");
        Skip.If(Environment.IsPrivilegedProcess && !File.ReadAllText("/etc/passwd").Contains($"\n{Account}:", StringComparison.Ordinal), $"PostgreSQL does not run as root, and there is no account '{Account}'.");
        return Version("PostgreSQL", Peer.Require("postgres").Run("--version").All, @" (\d+)");
    }

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files)
    {
        Directory.CreateDirectory(Folder.At("home"));
        Own(Folder.At("home"));
        var first = Folder.At("home", "first");
        if (!Directory.Exists(first))
            Run("initdb", "-D", first, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions");
        File.WriteAllText(Path.Combine(first, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust clientcert=verify-full\n");
        return ServerFiles.Faults.Select(fault => Start(files, fault, first));
    }

    private PeerProcess Start(ServerFiles files, ServerFault fault, string first)
    {
        var cluster = Folder.At("home", $"{fault}");
        if (Directory.Exists(cluster))
            Directory.Delete(cluster, recursive: true);
        Peer.Require("cp").Run("-a", first, cluster);
        foreach (var (from, name) in new[] { (files.Of(fault).Certificate, "server.crt"), (files.Of(fault).Key, "server.key"), (files.ClientCa, "root.crt"), (files.Crls, "root.crl") })
            File.Copy(from, Path.Combine(cluster, name));
        Own(cluster);
        string[] settings =
        [
            $"port={Port(fault)}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "autovacuum=off", "shared_buffers=1MB", "max_connections=10",
            "ssl=on", "ssl_ca_file=root.crt", "ssl_crl_file=root.crl", "log_connections=off",
        ];
        return As("postgres").Start([.. Arguments("postgres"), "-D", cluster, .. settings.SelectMany(setting => new[] { "-c", setting })]);
    }

    private static void Run(string program, params string[] arguments) => As(program).Run([.. Arguments(program), .. arguments]);

    /// <summary>The program itself, or by way of the account that it has to run as.</summary>
    private static Peer As(string program) => Peer.Require(Environment.IsPrivilegedProcess ? "setpriv" : program);

    private static string[] Arguments(string program) => Environment.IsPrivilegedProcess ? [$"--reuid={Account}", $"--regid={Account}", "--clear-groups", Peer.Require(program).File] : [];

    private static void Own(string path)
    {
        if (Environment.IsPrivilegedProcess)
            Peer.Require("chown").Run("-R", $"{Account}:{Account}", path);
    }
}

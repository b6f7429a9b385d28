using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Connections;

namespace MtlsTools.Tests.Configuration;

/// <summary>The rows of the matrix for databases, brokers and servers that are programs of their own.</summary>
public static class ServiceServers
{
    public static IReadOnlyDictionary<string, MatrixServer> All { get; } = new Dictionary<string, MatrixServer>
    {
        ["PostgreSQL"] = new(ConfigTarget.PostgreSql, "postgres", "--version")
        {
            Check = "(started)",
            Renewal = "SELECT pg_reload_conf()",
            Reload = ReloadPostgreSql,
            Forwards = false,
            Client = options => options with { Protocol = ApplicationProtocol.PostgreSql },
            Refusal = "SQLSTATE 28000",
            Modes = [ConfigMode.Mtls, ConfigMode.Optional],
        },
        ["Mosquitto"] = new(ConfigTarget.Mosquitto, "mosquitto", "-h")
        {
            Check = "(started)",
            Renewal = "SIGHUP",
            Reload = MatrixServers.Signal("HUP"),
            Forwards = false,
            Modes = [ConfigMode.Mtls, ConfigMode.Tls],
            Client = options => options with { Protocol = ApplicationProtocol.Mqtt },
        },
        ["Redis"] = new(ConfigTarget.Redis, "redis-server", "--version")
        {
            Check = "(started)",
            Renewal = "(restart)",
            HasCrl = false,
            Forwards = false,
            Client = options => options with { Protocol = ApplicationProtocol.Raw },
        },
        ["openssl s_server"] = new(ConfigTarget.OpenSslServer, "openssl", "version") { Check = "(started)", Renewal = "(restart)", Forwards = false },
        ["Node.js"] = new(ConfigTarget.NodeServer, "node", "--version") { Check = "node --check", Renewal = "(by itself)", Reload = Nothing, Forwards = false },
        ["Go"] = new(ConfigTarget.GoServer, "go", "version") { Check = "go build", Renewal = "(by itself)", Reload = Nothing, Forwards = false },
        ["Python"] = new(ConfigTarget.PythonServer, "python3", "--version") { Check = "python3 -m py_compile", Renewal = "(by itself)", Reload = Nothing, Forwards = false },
    };

    /// <summary>It watches its files.</summary>
    private static void Nothing(ConfigProcess process, MtlsCertificate renewed)
    {
    }

    /// <summary>It has copies of the files, because it may run as another account than the tests.</summary>
    private static void ReloadPostgreSql(ConfigProcess process, MtlsCertificate renewed)
    {
        var folder = Path.GetDirectoryName(process.Command.Split(' ').First(word => word.EndsWith("/data", StringComparison.Ordinal)))!;
        File.WriteAllText(Path.Combine(folder, "server.key"), File.ReadAllText(renewed.KeyPath!));
        File.WriteAllText(Path.Combine(folder, "server.crt"), File.ReadAllText(renewed.Path!));
        MatrixServers.Signal("HUP")(process, renewed);
    }
}

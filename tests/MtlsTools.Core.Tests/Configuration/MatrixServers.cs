using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>The server targets of the matrix: those whose programs Debian packages.</summary>
public static class MatrixServers
{
    public static IReadOnlyDictionary<string, MatrixServer> All { get; } = new Dictionary<string, MatrixServer>(ServiceServers.All)
    {
        ["nginx"] = new(ConfigTarget.Nginx, "nginx", "-v") { Check = "nginx -t", Renewal = "nginx -s reload", Reload = Signal("HUP") },
        ["Apache"] = new(ConfigTarget.Apache, "apache2", "-v") { Check = "apachectl -t", Renewal = "apachectl graceful", Reload = Signal("USR1") },
        ["HAProxy"] = new(ConfigTarget.HAProxy, "haproxy", "-v") { Check = "haproxy -c", Renewal = "systemctl reload haproxy", Reload = Signal("USR2") },
        ["Caddy"] = new(ConfigTarget.Caddy, "caddy", "version") { Check = "caddy validate", Renewal = "caddy reload --force", Reload = ReloadCaddy, HasCrl = false },
        ["stunnel"] = new(ConfigTarget.Stunnel, "stunnel4", "-version") { Check = "(started)", Renewal = "SIGHUP", Reload = Signal("HUP"), Forwards = false, NeedsBackend = true },
    };

    /// <summary>What the program's own command for it sends to the program's process.</summary>
    internal static Action<ConfigProcess, MtlsCertificate> Signal(string signal) => (process, _) => Peer.Require("kill").Run($"-{signal}", $"{process.Id}");

    private static void ReloadCaddy(ConfigProcess process, MtlsCertificate renewed)
    {
        var configuration = process.Command.Split(' ').Single(word => word.EndsWith("Caddyfile-main", StringComparison.Ordinal));
        var folder = Path.GetDirectoryName(configuration)!;
        Peer.Require("caddy").With("HOME", folder).With("XDG_DATA_HOME", folder).With("XDG_CONFIG_HOME", folder)
            .Run("reload", "--force", "--config", configuration, "--adapter", "caddyfile", "--address", $"unix/{folder}/admin.sock");
    }
}

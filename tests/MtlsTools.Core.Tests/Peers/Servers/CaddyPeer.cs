using System.Text.Json;
using MtlsTools.Certificates;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>Caddy: Go's TLS with its own way to choose a certificate.</summary>
public sealed class CaddyPeer : PeerServer
{
    public override IReadOnlyDictionary<string, string> Accepts => new Dictionary<string, string> { ["revoked"] = "it looks at no revocation lists" };

    public override bool LogsReasons => false;

    protected override string FindTitle() => Version("Caddy", Peer.Require("caddy").Run("version").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files)
    {
        var configuration = new
        {
            admin = new { disabled = true },
            apps = new
            {
                tls = new { certificates = new { load_files = ServerFiles.Faults.Select(fault => new { certificate = files.Of(fault).Certificate, key = files.Of(fault).Key, tags = new[] { $"{fault}" } }) } },
                http = new { servers = ServerFiles.Faults.ToDictionary(fault => $"{fault}", fault => Server(fault, CertificateReader.ReadFile(files.ClientCa)[0])) },
            },
        };
        var path = Folder.Write("caddy.json", JsonSerializer.Serialize(configuration));
        yield return Peer.Require("caddy").With("XDG_DATA_HOME", Folder.Path).With("XDG_CONFIG_HOME", Folder.Path).With("HOME", Folder.Path).Start("run", "--config", path);
    }

    private object Server(ServerFault fault, MtlsCertificate clientCa) => new
    {
        listen = new[] { $"127.0.0.1:{Port(fault)}" },
        automatic_https = new { disable = true },
        routes = new[] { new { handle = new[] { new { handler = "static_response", status_code = 200, body = "ok" } } } },
        tls_connection_policies = new[]
        {
            new
            {
                certificate_selection = new { any_tag = new[] { $"{fault}" } },
                default_sni = fault == ServerFault.OtherHost ? "www.example.com" : "localhost",
                client_authentication = new { mode = "require_and_verify", trusted_ca_certs = new[] { Convert.ToBase64String(clientCa.RawData.Span) } },
            },
        },
    };
}

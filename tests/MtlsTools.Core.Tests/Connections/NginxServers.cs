using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Connections;

/// <summary>One nginx with every way to ask for a client certificate, under TLS 1.2 alone and TLS 1.3 alone, and with the two configurations of a first tutorial.</summary>
public sealed class NginxServers : IDisposable
{
    private static readonly string[] Modes = ["on", "optional", "off"];

    private static readonly string[] Protocols = ["TLSv1.2", "TLSv1.3"];

    private readonly Lazy<NginxServer> nginx;

    public NginxServers() => nginx = new Lazy<NginxServer>(Start);

    public LivePki Pki { get; } = new();

    public ConnectionTarget Tutorial(bool mutual) => Target(mutual ? 7 : 6);

    public ConnectionTarget Of(string mode, SslProtocols protocol) => Target((2 * Array.IndexOf(Modes, mode)) + (protocol == SslProtocols.Tls13 ? 1 : 0));

    /// <summary>A server that answers every path with 403 and asks for no certificate.</summary>
    public ConnectionTarget Forbidding => Target(8);

    public void Dispose()
    {
        if (nginx.IsValueCreated)
            nginx.Value.Dispose();
        Pki.Dispose();
    }

    private ConnectionTarget Target(int index) => ConnectionTarget.Parse($"https://localhost:{nginx.Value.Port(index)}/hello-world.txt");

    private NginxServer Start()
    {
        var pair = Pki.SavePair("server", Pki.Server);
        var clientCa = Pki.Save("client-ca.crt", Pki.ClientRoot.Certificate);
        var server = $"""
            ssl_certificate "{pair.Certificate}";
            ssl_certificate_key "{pair.Key}";
            """;
        var asking = $"""
            {server}
            ssl_client_certificate "{clientCa}";
            """;
        return NginxServer.Start(
        [
            .. Modes.SelectMany(mode => Protocols.Select(protocol => $"{asking} ssl_verify_client {mode}; ssl_protocols {protocol};")),
            $"server_name tls-hello-world; {server}",
            $"server_name mtls-hello-world; {asking} ssl_verify_client on;",
            $"{server} return 403;",
        ]);
    }
}

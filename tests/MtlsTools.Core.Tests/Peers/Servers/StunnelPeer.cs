using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>stunnel, with a plain HTTP server behind it.</summary>
public sealed class StunnelPeer : PeerServer
{
    private readonly ScriptedServer behind = ScriptedServer.OnTcp(async (tcp, token) =>
    {
        await ScriptedServer.HearAsync(tcp, token);
        await tcp.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
    });

    protected override string FindTitle() => Version("stunnel", Peer.Require("stunnel4").Try("-version").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files)
    {
        var configuration = Folder.Write("stunnel.conf", $"""
            foreground = yes
            pid =
            syslog = no
            {Each(files, (pair, port) => $"""
            [s{port}]
            accept = 127.0.0.1:{port}
            connect = 127.0.0.1:{behind.Port}
            cert = {pair.Certificate}
            key = {pair.Key}
            CAfile = {files.ClientCa}
            CRLfile = {files.Crls}
            requireCert = yes
            verifyChain = yes
            sslVersionMin = TLSv1.2
            """)}

            """);
        yield return Peer.Require("stunnel4").Start(configuration);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        behind.Dispose();
    }
}

using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>HAProxy refuses in the handshake, by OpenSSL's alerts.</summary>
public sealed class HaproxyPeer : PeerServer
{
    protected override string FindTitle() => Version("HAProxy", Peer.Require("haproxy").Run("-v").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files)
    {
        var configuration = Folder.Write("haproxy.cfg", $"""
            global
                log stderr format raw local0
                nbthread 1
            defaults
                log global
                option httplog
                mode http
                timeout client 30s
                timeout server 30s
                timeout connect 5s
            {Each(files, (pair, port) => $"""
            frontend f{port}
                bind 127.0.0.1:{port} ssl crt "{pair.Both}" ca-file "{files.ClientCa}" crl-file "{files.Crls}" verify required ssl-min-ver TLSv1.2
                http-request return status 200 content-type text/plain string ok
            """)}

            """);
        yield return Peer.Require("haproxy").Start("-db", "-f", configuration);
    }
}

using MtlsTools.Connections;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>mosquitto, an MQTT broker: require_certificate.</summary>
public sealed class MosquittoPeer : PeerServer
{
    public override ConnectionOptions Adapt(ConnectionOptions options) => options with { Protocol = ApplicationProtocol.Mqtt };

    protected override string FindTitle() => Version("mosquitto", Peer.Require("mosquitto").Try("-h").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files)
    {
        var configuration = Folder.Write("mosquitto.conf", $"""
            user root
            allow_anonymous true
            log_dest stderr
            {Each(files, (pair, port) => $"""
            listener {port} 127.0.0.1
            certfile {pair.Certificate}
            keyfile {pair.Key}
            cafile {files.ClientCa}
            crlfile {files.Crls}
            require_certificate true
            """)}

            """);
        yield return Peer.Require("mosquitto").Start("-c", configuration);
    }
}

using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>Node.js closes without an alert: its TLS layer takes every certificate, and the verdict is JavaScript's.</summary>
public sealed class NodePeer : PeerServer
{
    public override bool LogsReasons => false;

    protected override string FindTitle() => Version("Node.js", Peer.Require("node").Run("--version").All, @"v(\d+)");

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files) =>
        [Peer.Require("node").Start([Peer.Asset("server.js"), files.ClientCa, files.RootCrl, files.InterCrl, .. Arguments(files)])];
}

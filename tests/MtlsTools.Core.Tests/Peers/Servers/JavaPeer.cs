using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>Java's JSSE, run from its source.</summary>
public sealed class JavaPeer : PeerServer
{
    protected override string FindTitle()
    {
        Peer.Require("javac");
        return Version("Java", Peer.Require("java").Run("-version").All, @"""(\d+)");
    }

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files) =>
        [Peer.Require("java").Start(["-Xshare:auto", "-XX:TieredStopAtLevel=1", Peer.Asset("PeerServer.java"), files.ClientCa, files.Crls, .. Arguments(files)])];
}

using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>Python's ssl module with its own HTTP server.</summary>
public sealed class PythonPeer : PeerServer
{
    protected override string FindTitle() => Version("Python ssl", Peer.Require("python3").Run("--version").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files) =>
        [Peer.Require("python3").Start(["-u", Peer.Asset("server.py"), files.ClientCa, files.Crls, .. Arguments(files)])];
}

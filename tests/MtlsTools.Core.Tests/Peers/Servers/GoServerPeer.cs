using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>Go's crypto/tls.</summary>
public sealed class GoServerPeer : PeerServer
{
    public override IReadOnlyDictionary<string, string> Accepts => new Dictionary<string, string> { ["revoked"] = "crypto/tls looks at no revocation lists" };

    protected override string FindTitle() => Version("Go", Peer.Require("go").Run("version").All, @"go(\d+\.\d+)");

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files) => [GoPeer.Require().Start(["serve", files.ClientCa, .. Arguments(files)])];
}

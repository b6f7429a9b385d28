using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>openssl s_server, one process for each port; each serves one connection at a time.</summary>
public sealed class OpenSslPeer : PeerServer
{
    protected override string FindTitle() => Version("openssl s_server", Peer.Require("openssl").Run("version").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files) => ServerFiles.Faults.Select(fault => Peer.Require("openssl").Start(
        "s_server", "-accept", $"127.0.0.1:{Port(fault)}", "-www", "-cert", files.Of(fault).Certificate, "-cert_chain", files.Of(fault).Certificate, "-key", files.Of(fault).Key, "-no_tls1", "-no_tls1_1", "-CAfile", files.ClientCaAndCrls, "-no-CApath", "-no-CAstore", "-crl_check_all", "-Verify", "3", "-verify_return_error"));
}

using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>gnutls-serv, one process for each port.</summary>
public sealed class GnuTlsPeer : PeerServer
{
    public override IReadOnlyDictionary<string, string> Accepts => new Dictionary<string, string> { ["server only"] = "it looks at no purpose" };

    protected override string FindTitle() => Version("gnutls-serv", Peer.Require("gnutls-serv").Run("--version").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files) => ServerFiles.Faults.Select(fault => Peer.Require("gnutls-serv").Start(
        "--http", "--port", $"{Port(fault)}", "--x509certfile", files.Of(fault).Certificate, "--x509keyfile", files.Of(fault).Key, "--x509cafile", files.ClientCa, "--x509crlfile", files.Crls, "--require-client-cert", "--verify-client-cert", "--priority", "NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"));
}

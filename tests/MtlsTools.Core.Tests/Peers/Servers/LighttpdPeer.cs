using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>lighttpd with mod_openssl.</summary>
public sealed class LighttpdPeer : PeerServer
{
    /// <summary>It does not serve at all where it can not build its own chain.</summary>
    public override IReadOnlyDictionary<string, FindingId> Verdicts => new Dictionary<string, FindingId> { [nameof(ServerFault.MissingIntermediate)] = FindingId.TlsAlert };

    protected override string FindTitle()
    {
        var title = Version("lighttpd", Peer.Require("lighttpd").Run("-v").All);
        Skip.IfNot(File.Exists("/usr/lib/lighttpd/mod_openssl.so"), "lighttpd's mod_openssl is not installed; on Debian: apt install lighttpd-mod-openssl");
        return title;
    }

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files)
    {
        Directory.CreateDirectory(Folder.At("www"));
        Folder.Write(Path.Combine("www", "index.html"), "ok");
        var configuration = Folder.Write("lighttpd.conf", $$"""
            server.document-root = "{{Folder.At("www")}}"
            server.bind = "127.0.0.1"
            server.port = {{Port(ServerFault.None)}}
            server.modules = ( "mod_openssl" )
            index-file.names = ( "index.html" )
            ssl.engine = "enable"
            ssl.pemfile = "{{files.Of(ServerFault.None).Certificate}}"
            ssl.privkey = "{{files.Of(ServerFault.None).Key}}"
            ssl.verifyclient.activate = "enable"
            ssl.verifyclient.enforce = "enable"
            ssl.verifyclient.depth = 3
            ssl.verifyclient.ca-file = "{{files.ClientCa}}"
            ssl.verifyclient.ca-crl-file = "{{files.Crls}}"
            {{string.Join('\n', ServerFiles.Faults.Where(fault => fault != ServerFault.None).Select(fault => $$"""
            $SERVER["socket"] == "127.0.0.1:{{Port(fault)}}" {
                ssl.engine = "enable"
                ssl.pemfile = "{{files.Of(fault).Certificate}}"
                ssl.privkey = "{{files.Of(fault).Key}}"
            }
            """))}}
            """);
        yield return Peer.Require("lighttpd").Start("-D", "-f", configuration);
    }
}

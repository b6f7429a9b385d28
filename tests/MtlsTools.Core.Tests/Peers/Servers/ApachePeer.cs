using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>Apache httpd with mod_ssl refuses in the handshake, by OpenSSL's alerts.</summary>
public sealed class ApachePeer : PeerServer
{
    private const string ModuleFolder = "/usr/lib/apache2/modules";

    private static readonly string[] Modules = ["mpm_event", "authz_core", "alias", "socache_shmcb", "ssl"];

    protected override string FindTitle() => Version("Apache", Peer.Require("apache2").Run("-v").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files)
    {
        Skip.IfNot(Directory.Exists(ModuleFolder), $"Apache's modules are not in {ModuleFolder}.");
        var configuration = Folder.Write("httpd.conf", $"""
            ServerRoot "{Folder.Path}"
            ServerName localhost
            PidFile "{Folder.At("httpd.pid")}"
            DefaultRuntimeDir "{Folder.Path}"
            Mutex posixsem
            ErrorLog /dev/stderr
            LogLevel info
            {string.Join('\n', Modules.Select(module => $"LoadModule {module}_module {ModuleFolder}/mod_{module}.so"))}
            StartServers 1
            ThreadsPerChild 8
            MinSpareThreads 1
            MaxSpareThreads 8
            MaxRequestWorkers 8
            SSLSessionCache none
            Redirect 204 /
            {Each(files, (pair, port) => $"""
            Listen 127.0.0.1:{port}
            <VirtualHost 127.0.0.1:{port}>
                SSLEngine on
                SSLProtocol -all +TLSv1.2 +TLSv1.3
                SSLCertificateFile "{pair.Certificate}"
                SSLCertificateKeyFile "{pair.Key}"
                SSLCACertificateFile "{files.ClientCa}"
                SSLCARevocationFile "{files.Crls}"
                SSLCARevocationCheck chain
                SSLVerifyClient require
                SSLVerifyDepth 3
            </VirtualHost>
            """)}
            """);
        yield return Peer.Require("apache2").Start("-X", "-f", configuration);
    }
}

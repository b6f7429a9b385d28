using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Peers.Servers;

/// <summary>nginx completes every handshake and answers 400.</summary>
public sealed class NginxPeer : PeerServer
{
    protected override string FindTitle() => Version("nginx", Peer.Require("nginx").Run("-v").All);

    protected override IEnumerable<PeerProcess> Launch(ServerFiles files)
    {
        var configuration = Folder.Write("nginx.conf", $$"""
            daemon off;
            master_process off;
            pid "{{Folder.At("nginx.pid")}}";
            error_log stderr info;
            events { }
            http {
                access_log off;
                client_body_temp_path "{{Folder.At("body")}}";
                proxy_temp_path "{{Folder.At("proxy")}}";
                fastcgi_temp_path "{{Folder.At("fastcgi")}}";
                uwsgi_temp_path "{{Folder.At("uwsgi")}}";
                scgi_temp_path "{{Folder.At("scgi")}}";
            {{Each(files, (pair, port) => $$"""
                server {
                    listen 127.0.0.1:{{port}} ssl;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    ssl_certificate "{{pair.Certificate}}";
                    ssl_certificate_key "{{pair.Key}}";
                    ssl_client_certificate "{{files.ClientCa}}";
                    ssl_crl "{{files.Crls}}";
                    ssl_verify_client on;
                    ssl_verify_depth 3;
                    return 200 "ok";
                }
            """)}}
            }
            """);
        yield return Peer.Require("nginx").Start("-p", Folder.Path, "-c", configuration, "-e", "stderr");
    }
}

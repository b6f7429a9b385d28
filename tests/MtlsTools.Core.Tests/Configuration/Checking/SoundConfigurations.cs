using MtlsTools.Configuration.Checking;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>One configuration of each program in which there is nothing to find. Names in percent signs are files of <see cref="CheckedFiles"/>.</summary>
internal static class SoundConfigurations
{
    internal const string Nginx = """
        pid "%nginx.pid%";
        error_log stderr;
        events { }
        http {
            access_log off;
            client_body_temp_path "%body%"; proxy_temp_path "%proxy%"; fastcgi_temp_path "%fastcgi%"; uwsgi_temp_path "%uwsgi%"; scgi_temp_path "%scgi%";
            map $ssl_client_verify $client { SUCCESS $ssl_client_s_dn; default ""; }
            upstream app { server 127.0.0.1:8080; }
            ssl_protocols TLSv1.2 TLSv1.3;
            server {
                listen 18443 ssl;
                listen [::]:18443 ssl;
                server_name localhost;
                ssl_certificate "%server.crt%";
                ssl_certificate_key "%server.key%";
                ssl_client_certificate "%clients.crt%";
                ssl_verify_client on;
                ssl_verify_depth 2;
                ssl_crl "%clients.crl%";
                location / {
                    proxy_pass http://app;
                    proxy_set_header X-Client-DN $ssl_client_s_dn;
                    proxy_set_header X-Client-Name $client;
                }
                location /api/ {
                    proxy_pass http://127.0.0.1:8080;
                    proxy_set_header X-Client-DN "";
                    proxy_set_header X-Client-Name "";
                }
            }
            server {
                listen 18081;
                return 301 https://localhost$request_uri;
            }
        }
        """;

    internal const string Apache = """
        Define FILES "%.%"
        PidFile "%apache.pid%"
        ErrorLog "%apache.log%"
        ServerName localhost
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
        LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
        LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
        LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
        SSLSessionCache none
        Listen 18444
        SSLProtocol all -SSLv3 \
            -TLSv1 -TLSv1.1
        <VirtualHost *:18444>
            ServerName localhost
            SSLEngine on
            SSLCertificateFile "${FILES}/server.crt"
            SSLCertificateKeyFile "${FILES}/server.key"
            SSLCACertificateFile "%clients.crt%"
            SSLVerifyClient require
            SSLVerifyDepth 2
            <IfModule mod_ssl.c>
                SSLCARevocationFile "%clients.crl%"
                SSLCARevocationCheck chain
            </IfModule>
            SSLOptions +StdEnvVars +ExportCertData
            RequestHeader unset X-Client-DN
            RequestHeader set X-Client-DN "%{SSL_CLIENT_S_DN}s"
            ProxyPass "/" "http://127.0.0.1:8080/"
        </VirtualHost>
        """;

    internal const string HAProxy = """
        global
            ssl-default-bind-options ssl-min-ver TLSv1.2
        defaults
            mode http
            timeout client 5s
            timeout server 5s
            timeout connect 5s
        frontend public
            bind 127.0.0.1:18445 ssl crt "%server.pem%" ca-file "%clients.crt%" crl-file "%clients.crl%" verify required
            http-request del-header X-SSL-Client-DN
            http-request set-header X-SSL-Client-DN %[ssl_c_s_dn] if { ssl_c_used }
            default_backend app
        backend app
            server one 127.0.0.1:8080
        """;

    internal const string Caddy = """
        {
            admin off
            auto_https off
        }
        (secured) {
            tls "%server.crt%" "%server.key%" {
                protocols tls1.2 tls1.3
                client_auth {
                    mode require_and_verify
                    trusted_ca_cert_file "%clients.crt%"
                }
            }
        }
        https://localhost:18446 {
            import secured
            reverse_proxy 127.0.0.1:8080 {
                header_up X-Client-DN {http.request.tls.client.subject}
            }
        }
        """;

    internal const string Mosquitto = """
        listener 18883 127.0.0.1
        allow_anonymous true
        certfile %server.crt%
        keyfile %server.key%
        cafile %clients.crt%
        crlfile %clients.crl%
        require_certificate true
        use_subject_as_username true
        """;

    internal const string PostgreSql = """
        listen_addresses = '*'
        hba_file = '%pg_hba.conf%'
        ssl = on
        ssl_cert_file = '%server.crt%'   # with its chain
        ssl_key_file = '%server.key%'
        ssl_ca_file = '%clients.crt%'
        ssl_crl_file = '%clients.crl%'
        ssl_min_protocol_version = 'TLSv1.2'
        """;

    internal const string Rules = """
        local   all  all                 peer
        host    all  all  127.0.0.1/32   scram-sha-256
        hostssl all  all  0.0.0.0/0      cert  map=mtls
        """;

    internal const string Istio = """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: { name: default, namespace: "shop" }
        spec:
          mtls:
            mode: STRICT
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata:
          name: shop
        spec:
          host: "*.shop.svc.cluster.local"
          trafficPolicy:
            tls: {mode: ISTIO_MUTUAL}
        ---
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata:
          name: api
        spec:
          duration: 2160h
          renewBefore: 720h
          usages: [digital signature, server auth]
        """;

    internal static IReadOnlyDictionary<ConfigFormat, string> All { get; } = new Dictionary<ConfigFormat, string>
    {
        [ConfigFormat.Nginx] = Nginx,
        [ConfigFormat.Apache] = Apache,
        [ConfigFormat.HAProxy] = HAProxy + "\n",
        [ConfigFormat.Caddy] = Caddy,
        [ConfigFormat.Mosquitto] = Mosquitto,
        [ConfigFormat.PostgreSql] = PostgreSql,
        [ConfigFormat.Kubernetes] = Istio,
    };
}

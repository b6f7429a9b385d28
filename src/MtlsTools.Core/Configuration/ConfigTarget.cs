namespace MtlsTools.Configuration;

/// <summary>The programs that configuration is written for.</summary>
public enum ConfigTarget
{
    /// <summary>nginx: a server block.</summary>
    Nginx,

    /// <summary>Apache httpd with mod_ssl: a virtual host.</summary>
    Apache,

    /// <summary>HAProxy: a frontend and its backend.</summary>
    HAProxy,

    /// <summary>Caddy: a site of a Caddyfile.</summary>
    Caddy,

    /// <summary>Envoy: a static listener.</summary>
    Envoy,

    /// <summary>Traefik: the file provider's dynamic configuration, and the static one.</summary>
    Traefik,

    /// <summary>stunnel: a TLS tunnel before a program that has none.</summary>
    Stunnel,

    /// <summary>IIS and HTTP.SYS on Windows: the commands that bind the certificate.</summary>
    Iis,

    /// <summary>Kestrel, the server of ASP.NET Core.</summary>
    Kestrel,

    /// <summary>A server in Node.js.</summary>
    NodeServer,

    /// <summary>A server in Go.</summary>
    GoServer,

    /// <summary>A server in Python.</summary>
    PythonServer,

    /// <summary>A server in Java: Spring Boot's settings.</summary>
    JavaServer,

    /// <summary>openssl s_server.</summary>
    OpenSslServer,

    /// <summary>PostgreSQL: postgresql.conf, pg_hba.conf and pg_ident.conf.</summary>
    PostgreSql,

    /// <summary>Mosquitto, an MQTT broker.</summary>
    Mosquitto,

    /// <summary>Redis.</summary>
    Redis,

    /// <summary>Docker Compose: two nginx, one with TLS and one with mutual TLS.</summary>
    DockerCompose,

    /// <summary>Kubernetes: Secrets, an Ingress of ingress-nginx and a Gateway.</summary>
    Kubernetes,

    /// <summary>curl.</summary>
    Curl,

    /// <summary>PowerShell: Invoke-RestMethod.</summary>
    PowerShell,

    /// <summary>.NET: HttpClient.</summary>
    DotNet,

    /// <summary>Python: requests.</summary>
    PythonRequests,

    /// <summary>Node.js: https.request.</summary>
    NodeClient,

    /// <summary>Go: net/http.</summary>
    GoClient,

    /// <summary>Java: java.net.http.</summary>
    Java,

    /// <summary>openssl s_client.</summary>
    OpenSslClient,

    /// <summary>GNU Wget.</summary>
    Wget,

    /// <summary>psql and every other client of libpq.</summary>
    Psql,

    /// <summary>Git over HTTPS.</summary>
    Git,

    /// <summary>Istio: PeerAuthentication and DestinationRule.</summary>
    Istio,

    /// <summary>Linkerd: injection and policy.</summary>
    Linkerd,

    /// <summary>Consul's service mesh.</summary>
    Consul,

    /// <summary>cert-manager: an Issuer and a Certificate for a CA that was made here.</summary>
    CertManager,
}

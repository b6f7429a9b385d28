using MtlsTools.Configuration.Checking;
using MtlsTools.Tests.Support;
using static MtlsTools.Configuration.Checking.ConfigFormat;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>The configurations of the source documents, and what there is to say about each.</summary>
public sealed class DocumentConfigTests(CheckedFiles files) : IClassFixture<CheckedFiles>
{
    private const string HelloTls = """
        server {
            listen 8888 ssl;
            server_name tls-hello-world;

            # Server TLS certificate (client must have the CA cert to connect)
            ssl_certificate /etc/nginx/certificates/server.crt;
            ssl_certificate_key /etc/nginx/certificates/server.key;

            location / {
                root /www/data;
            }
        }
        """;

    private const string HelloMtls = """
        server {
            listen 8889 ssl;
            server_name mtls-hello-world;

            # Server TLS certificate (client must have the CA cert to connect)
            ssl_certificate /etc/nginx/certificates/server.crt;
            ssl_certificate_key /etc/nginx/certificates/server.key;

            # Enable mTLS
            ssl_client_certificate /etc/nginx/certificates/client-ca.crt;
            ssl_verify_client on;

            location / {
                root /www/data;
            }
        }
        """;

    private const string Compose = """
        ---
        version: "2"
        services:
          nginx-tls:
            image: nginx
            volumes:
              - ./certs/server.crt:/etc/nginx/certificates/server.crt
              - ./certs/server.key:/etc/nginx/certificates/server.key
              - ./nginx-tls/nginx.conf:/etc/nginx/conf.d/default.conf
              - ./nginx-tls/hello-world.txt:/www/data/hello-world.txt
            ports:
              - "8888:8888"
          nginx-mtls:
            image: nginx
            volumes:
              - ./certs/server.crt:/etc/nginx/certificates/server.crt
              - ./certs/server.key:/etc/nginx/certificates/server.key
              - ./certs/client-ca.crt:/etc/nginx/certificates/client-ca.crt
              - ./nginx-mtls/nginx.conf:/etc/nginx/conf.d/default.conf
              - ./nginx-mtls/hello-world.txt:/www/data/hello-world.txt
            ports:
              - "8889:8889"
        """;

    [Fact]
    public void The_two_nginx_of_the_tutorial()
    {
        using var folder = Tutorial();

        var report = ConfigExaminer.Examine(folder.At("docker-compose.yml"));

        Assert.Equal(ConfigFormat.Compose, report.Format);
        Assert.Equal(["nginx-tls: tls-hello-world:8888 (Tls)", "nginx-mtls: mtls-hello-world:8889 (Mtls)"], report.Endpoints.Select(one => one.ToString()));
        Assert.Equal(
            ["NameNotCovered nginx.conf:3", "NameNotCovered nginx.conf:3", "ProtocolDefault nginx.conf:2", "ProtocolDefault nginx.conf:2", "RevocationOff nginx.conf:11"],
            report.Findings.Select(one => $"{one.Id} {Path.GetFileName(one.File)}:{one.Line}").Order());
        Assert.Equal(folder.At("certs", "client-ca.crt"), Assert.Single(report.Endpoints[1].Ca).Path);
    }

    [Fact]
    public void What_no_volume_brings_is_missing_from_the_container()
    {
        using var folder = Tutorial();
        folder.Write("docker-compose.yml", Compose.Replace("      - ./certs/client-ca.crt:/etc/nginx/certificates/client-ca.crt\n", "", StringComparison.Ordinal));

        var finding = Assert.Single(ConfigExaminer.Examine(folder.At("docker-compose.yml")).Findings, one => one.Id == "FileMissing");

        Assert.Equal(folder.At("nginx-mtls", "nginx.conf"), finding.File);
        Assert.Equal(10, finding.Line);
        Assert.Contains("no volume of the service 'nginx-mtls'", finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_that_is_not_there_and_an_image_that_may_bring_files()
    {
        using var folder = Tutorial();
        File.Delete(folder.At("nginx-tls", "hello-world.txt"));
        folder.Write("docker-compose.yml", Compose.Replace("image: nginx", "image: registry.example/web", StringComparison.Ordinal).Replace("      - ./certs/client-ca.crt:/etc/nginx/certificates/client-ca.crt\n", "", StringComparison.Ordinal).Replace("conf.d/default.conf", "nginx.conf", StringComparison.Ordinal));

        var report = ConfigExaminer.Examine(folder.At("docker-compose.yml"));

        Assert.Contains("an empty folder", Assert.Single(report.Findings, one => one.Id == "FileMissing").Cause, StringComparison.Ordinal);
        Assert.Equal(2, report.Endpoints.Count);
    }

    [Fact]
    public void The_nginx_of_the_production_guide()
    {
        var report = files.Examine("""
            server {
                listen 443 ssl;
                server_name localhost;
                ssl_certificate %server.crt%;
                ssl_certificate_key %server.key%;
                ssl_client_certificate %clients.crt%;
                ssl_verify_client on;  # or "optional" for optional mTLS
                ssl_verify_depth 2;
                location / {
                    proxy_pass http://backend;
                    proxy_set_header X-Client-DN $ssl_client_s_dn;
                    proxy_set_header X-Client-Verify $ssl_client_verify;
                    proxy_set_header X-Client-Fingerprint $ssl_client_fingerprint;
                }
            }
            """.Replace(" %", " \"%", StringComparison.Ordinal).Replace("%;", "%\";", StringComparison.Ordinal), Auto);

        Assert.Equal(Nginx, report.Format);
        Assert.Equal(["ProtocolDefault", "RevocationOff"], report.Findings.Select(one => one.Id).Order());
    }

    [Fact]
    public void The_apache_of_the_production_guide()
    {
        var report = files.Examine("""
            <VirtualHost *:443>
                ServerName localhost
                SSLEngine on
                SSLCertificateFile "%server.crt%"
                SSLCertificateKeyFile "%server.key%"
                SSLCACertificateFile "%clients.crt%"
                SSLVerifyClient require
                SSLVerifyDepth 2
                SSLOptions +StdEnvVars +ExportCertData
            </VirtualHost>
            """, Auto);

        Assert.Equal(Apache, report.Format);
        Assert.Equal(["ProtocolDefault", "RevocationOff"], report.Findings.Select(one => one.Id).Order());
        Assert.Equal("localhost:443 (Mtls)", Assert.Single(report.Endpoints).ToString());
    }

    [Theory]
    [InlineData("STRICT", "ISTIO_MUTUAL", "")]
    [InlineData("PERMISSIVE", "ISTIO_MUTUAL", "MeshPermissive")]
    [InlineData("STRICT", "SIMPLE", "MeshClientCertificateNotSent,UpstreamNotVerified")]
    public void The_mesh_of_the_production_guide(string peers, string destination, string expected)
    {
        var report = files.Examine($$"""
            apiVersion: security.istio.io/v1beta1
            kind: PeerAuthentication
            metadata:
              name: default
              namespace: production
            spec:
              mtls:
                mode: {{peers}}
            ---
            apiVersion: networking.istio.io/v1beta1
            kind: DestinationRule
            metadata:
              name: default
              namespace: production
            spec:
              host: "*.production.svc.cluster.local"
              trafficPolicy:
                tls:
                  mode: {{destination}}
            """, Auto);

        Assert.Equal(Kubernetes, report.Format);
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), report.Findings.Select(one => one.Id).Order());
    }

    [Fact]
    public void A_Secret_and_the_Ingress_that_uses_it()
    {
        string Base64(string name) => Convert.ToBase64String(File.ReadAllBytes(files.At(name)));
        var report = files.Examine($$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: web, namespace: shop }
            type: kubernetes.io/tls
            data:
              tls.crt: {{Base64("server.crt")}}
              tls.key: {{Base64("other.key")}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: { name: clients, namespace: shop }
            data:
              ca.crt: {{Base64("clients.crt")}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: web
              namespace: shop
              annotations:
                nginx.ingress.kubernetes.io/auth-tls-secret: shop/clients
                nginx.ingress.kubernetes.io/auth-tls-verify-client: "optional"
                nginx.ingress.kubernetes.io/ssl-redirect: "false"
            spec:
              tls:
                - hosts: [localhost, shop.example]
                  secretName: web
            """, Auto);

        Assert.Equal(["ClientCertificateOptional:22", "KeyMismatch:7", "NameNotCovered:26", "PlainBesideMtls:23", "RevocationOff:22"], report.Findings.Select(one => $"{one.Id}:{one.Line}").Order());
        Assert.Equal("localhost:443 (Optional)", Assert.Single(report.Endpoints).ToString());
    }

    [Fact]
    public void Gateways_of_Istio_and_of_the_Gateway_API()
    {
        var report = files.Examine("""
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              servers:
                - port: {number: 443, name: https, protocol: HTTPS}
                  hosts: ["shop/api.example.com"]
                  tls: {mode: MUTUAL, credentialName: api}
                - port: {number: 444, name: open, protocol: HTTPS}
                  hosts: ["*"]
                  tls: {mode: OPTIONAL_MUTUAL, credentialName: api}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge}
            spec:
              listeners:
                - {name: https, protocol: HTTPS, port: 443, hostname: api.example.com, tls: {certificateRefs: [{name: api}], frontendValidation: {caCertificateRefs: [{kind: ConfigMap, name: ca}]}}}
                - {name: http, protocol: HTTP, port: 80}
            """, Auto);

        Assert.Equal(["api.example.com:443 (Mtls)", "*:444 (Optional)", "api.example.com:443 (Mtls)", "http:80 (Plain)"], report.Endpoints.Select(one => one.ToString()));
        Assert.Equal(["ClientCertificateOptional", "RevocationOff", "RevocationOff", "RevocationOff"], report.Findings.Select(one => one.Id).Order());
    }

    [Theory]
    [InlineData("nginx.conf", "x", Nginx)]
    [InlineData("a.conf", "<VirtualHost *:443>\nSSLEngine on\n</VirtualHost>", Apache)]
    [InlineData("a.conf", "server { listen 443 ssl; }", Nginx)]
    [InlineData("haproxy.cfg", "global", HAProxy)]
    [InlineData("a.cfg", "global\ndefaults\nfrontend x\n", HAProxy)]
    [InlineData("Caddyfile", "x", Caddy)]
    [InlineData("a.yaml", "services:\n  a: {}\n", ConfigFormat.Compose)]
    [InlineData("a.yaml", "apiVersion: v1\nkind: List\n", Kubernetes)]
    [InlineData("pg_hba.conf", "local all all peer", PostgreSql)]
    [InlineData("a.conf", "listener 8883\ncafile x\n", Mosquitto)]
    public void Kinds_are_told_by_name_and_content(string name, string text, ConfigFormat expected)
    {
        using var folder = new TemporaryFolder();

        Assert.Equal(expected, ConfigExaminer.Examine(folder.Write(name, text)).Format);
    }

    private TemporaryFolder Tutorial()
    {
        var folder = new TemporaryFolder();
        foreach (var name in new[] { "certs", "nginx-tls", "nginx-mtls" })
            Directory.CreateDirectory(folder.At(name));
        File.Copy(files.At("server.crt"), folder.At("certs", "server.crt"));
        File.Copy(files.At("server.key"), folder.At("certs", "server.key"));
        File.Copy(files.At("clients.crt"), folder.At("certs", "client-ca.crt"));
        folder.Write(Path.Combine("nginx-tls", "nginx.conf"), HelloTls);
        folder.Write(Path.Combine("nginx-mtls", "nginx.conf"), HelloMtls);
        folder.Write(Path.Combine("nginx-tls", "hello-world.txt"), "hello");
        folder.Write(Path.Combine("nginx-mtls", "hello-world.txt"), "hello");
        folder.Write("docker-compose.yml", Compose);
        return folder;
    }
}

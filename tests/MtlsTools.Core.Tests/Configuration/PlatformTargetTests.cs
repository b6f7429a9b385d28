using System.Text.Json;
using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Configuration for platforms, field by field in the shapes of their resource definitions (Gateway API 1.5, Istio 1.22, Linkerd 2.16, Consul 1.16, cert-manager 1.18).</summary>
public sealed class PlatformTargetTests(PlatformFiles files) : IClassFixture<PlatformFiles>
{
    /// <summary>File, kind, path in it, value; null for what must not be there.</summary>
    public static TheoryData<string, string, string, string?> Fields => new()
    {
        // Kubernetes: Gateway API
        { "kubernetes/gateway.yaml", "Gateway", "apiVersion", "gateway.networking.k8s.io/v1" },
        { "kubernetes/gateway.yaml", "Gateway", "metadata/namespace", "shop" },
        { "kubernetes/gateway.yaml", "Gateway", "spec/listeners/0/protocol", "HTTPS" },
        { "kubernetes/gateway.yaml", "Gateway", "spec/listeners/0/port", "443" },
        { "kubernetes/gateway.yaml", "Gateway", "spec/listeners/0/tls/mode", "Terminate" },
        { "kubernetes/gateway.yaml", "Gateway", "spec/listeners/0/tls/certificateRefs/0/name", "server" },
        { "kubernetes/gateway.yaml", "Gateway", "spec/tls/frontend/default/validation/mode", "AllowValidOnly" },
        { "kubernetes/gateway.yaml", "Gateway", "spec/tls/frontend/default/validation/caCertificateRefs/0/kind", "ConfigMap" },
        { "kubernetes/gateway.yaml", "Gateway", "spec/tls/frontend/default/validation/caCertificateRefs/0/group", "" },
        { "kubernetes/gateway.yaml", "Gateway", "spec/tls/frontend/default/validation/caCertificateRefs/0/name", "server-cacert" },
        { "kubernetes optional/gateway.yaml", "Gateway", "spec/tls/frontend/default/validation/mode", "AllowInsecureFallback" },
        { "kubernetes optional/gateway.yaml", "Gateway", "metadata/namespace", "default" },
        { "kubernetes/gateway.yaml", "HTTPRoute", "spec/parentRefs/0/name", "server" },
        { "kubernetes/gateway.yaml", "HTTPRoute", "spec/hostnames", "[\"localhost\"]" },
        { "kubernetes/gateway.yaml", "HTTPRoute", "spec/rules/0/backendRefs/0/name", "web" },
        { "kubernetes/gateway.yaml", "HTTPRoute", "spec/rules/0/backendRefs/0/port", "8081" },
        // Kubernetes: ingress-nginx
        { "kubernetes/ingress.yaml", "Ingress", "apiVersion", "networking.k8s.io/v1" },
        { "kubernetes/ingress.yaml", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io~1auth-tls-secret", "shop/server-cacert" },
        { "kubernetes/ingress.yaml", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io~1auth-tls-verify-client", "on" },
        { "kubernetes/ingress.yaml", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io~1auth-tls-verify-depth", "2" },
        { "kubernetes/ingress.yaml", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io~1auth-tls-pass-certificate-to-upstream", "true" },
        { "kubernetes optional/ingress.yaml", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io~1auth-tls-verify-client", "optional" },
        { "kubernetes optional/ingress.yaml", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io~1auth-tls-pass-certificate-to-upstream", "false" },
        { "kubernetes/ingress.yaml", "Ingress", "spec/tls/0/secretName", "server" },
        { "kubernetes/ingress.yaml", "Ingress", "spec/rules/0/host", "localhost" },
        { "kubernetes/ingress.yaml", "Ingress", "spec/rules/0/http/paths/0/pathType", "Prefix" },
        { "kubernetes/ingress.yaml", "Ingress", "spec/rules/0/http/paths/0/backend/service/name", "web" },
        { "kubernetes/ingress.yaml", "Ingress", "spec/rules/0/http/paths/0/backend/service/port/number", "8081" },
        { "kubernetes/client-ca.yaml", "Secret", "metadata/name", "server-cacert" },
        { "kubernetes/client-ca.yaml", "Secret", "metadata/namespace", "shop" },
        { "kubernetes/client-ca.yaml", "ConfigMap", "metadata/name", "server-cacert" },
        { "kubernetes optional/client-ca.yaml", "Secret", "stringData/ca.crl", null },
        { "kubernetes/tls-secret.yaml", "Secret", "type", "kubernetes.io/tls" },
        { "kubernetes/tls-secret.yaml", "Secret", "metadata/name", "server" },
        { "kubernetes/tls-secret.yaml", "Secret", "metadata/namespace", "shop" },
        // Istio
        { "istio/istio.yaml", "PeerAuthentication", "apiVersion", "security.istio.io/v1" },
        { "istio/istio.yaml", "PeerAuthentication", "metadata/name", "default" },
        { "istio/istio.yaml", "PeerAuthentication", "metadata/namespace", "shop" },
        { "istio/istio.yaml", "PeerAuthentication", "spec/selector", null },
        { "istio/istio.yaml", "PeerAuthentication", "spec/mtls/mode", "STRICT" },
        { "istio gateway/istio.yaml", "PeerAuthentication", "spec/mtls/mode", "PERMISSIVE" },
        { "istio/istio.yaml", "DestinationRule", "apiVersion", "networking.istio.io/v1" },
        { "istio/istio.yaml", "DestinationRule", "metadata/namespace", "shop" },
        { "istio/istio.yaml", "DestinationRule", "spec/host", "*.shop.svc.cluster.local" },
        { "istio/istio.yaml", "DestinationRule", "spec/trafficPolicy/tls/mode", "ISTIO_MUTUAL" },
        { "istio gateway/gateway.yaml", "Gateway", "apiVersion", "networking.istio.io/v1" },
        { "istio gateway/gateway.yaml", "Gateway", "metadata/namespace", "istio-system" },
        { "istio gateway/gateway.yaml", "Gateway", "spec/selector/istio", "ingressgateway" },
        { "istio gateway/gateway.yaml", "Gateway", "spec/servers/0/port", "{\"number\": 443, \"name\": \"https\", \"protocol\": \"HTTPS\"}" },
        { "istio gateway/gateway.yaml", "Gateway", "spec/servers/0/hosts", "[\"shop.example.com\"]" },
        { "istio gateway/gateway.yaml", "Gateway", "spec/servers/0/tls/mode", "OPTIONAL_MUTUAL" },
        { "istio gateway strict/gateway.yaml", "Gateway", "spec/servers/0/tls/mode", "MUTUAL" },
        { "istio gateway strict/gateway.yaml", "Gateway", "spec/servers/0/hosts", "[\"*\"]" },
        { "istio gateway/gateway.yaml", "Gateway", "spec/servers/0/tls/credentialName", "server" },
        { "istio gateway/gateway.yaml", "Gateway", "spec/servers/0/tls/minProtocolVersion", "TLSV1_2" },
        { "istio gateway/gateway.yaml", "Secret", "metadata/name", "server-cacert" },
        { "istio gateway/gateway.yaml", "Secret", "metadata/namespace", "istio-system" },
        { "istio gateway strict/gateway.yaml", "Secret", "data/ca.crl", null },
        { "istio gateway/tls-secret.yaml", "Secret", "metadata/namespace", "istio-system" },
        // Linkerd
        { "linkerd/linkerd.yaml", "Namespace", "metadata/name", "shop" },
        { "linkerd/linkerd.yaml", "Namespace", "metadata/annotations/linkerd.io~1inject", "enabled" },
        { "linkerd/linkerd.yaml", "Namespace", "metadata/annotations/config.linkerd.io~1default-inbound-policy", "all-authenticated" },
        { "linkerd permissive/linkerd.yaml", "Namespace", "metadata/annotations/config.linkerd.io~1default-inbound-policy", "all-unauthenticated" },
        { "linkerd permissive/linkerd.yaml", "Namespace", "metadata/annotations/linkerd.io~1inject", "enabled" },
        { "linkerd/linkerd.yaml", "MeshTLSAuthentication", "apiVersion", "policy.linkerd.io/v1alpha1" },
        { "linkerd/linkerd.yaml", "MeshTLSAuthentication", "spec/identities", "[\"*.shop.serviceaccount.identity.linkerd.cluster.local\"]" },
        { "linkerd/linkerd.yaml", "Server", "apiVersion", "policy.linkerd.io/v1beta3" },
        { "linkerd/linkerd.yaml", "Server", "spec/port", "9090" },
        { "linkerd/linkerd.yaml", "Server", "spec/podSelector/matchLabels", "{}" },
        { "linkerd/linkerd.yaml", "AuthorizationPolicy", "apiVersion", "policy.linkerd.io/v1alpha1" },
        { "linkerd/linkerd.yaml", "AuthorizationPolicy", "spec/targetRef", "{\"group\": \"policy.linkerd.io\", \"kind\": \"Server\", \"name\": \"service\"}" },
        { "linkerd/linkerd.yaml", "AuthorizationPolicy", "spec/requiredAuthenticationRefs", "[{\"group\": \"policy.linkerd.io\", \"kind\": \"MeshTLSAuthentication\", \"name\": \"clients\"}]" },
        // Consul
        { "consul/mesh.yaml", "Mesh", "apiVersion", "consul.hashicorp.com/v1alpha1" },
        { "consul/mesh.yaml", "Mesh", "metadata/name", "mesh" },
        { "consul/mesh.yaml", "Mesh", "spec/allowEnablingPermissiveMutualTLS", "false" },
        { "consul/mesh.yaml", "Mesh", "spec/tls/incoming/tlsMinVersion", "TLSv1_2" },
        { "consul/mesh.yaml", "ProxyDefaults", "metadata/name", "global" },
        { "consul/mesh.yaml", "ProxyDefaults", "spec/mutualTLSMode", "strict" },
        { "consul permissive/mesh.yaml", "ProxyDefaults", "spec/mutualTLSMode", "permissive" },
        { "consul permissive/mesh.yaml", "Mesh", "spec/allowEnablingPermissiveMutualTLS", "true" },
        { "consul/mesh.yaml", "ServiceIntentions", "spec/destination/name", "*" },
        { "consul/mesh.yaml", "ServiceIntentions", "spec/sources", "[{\"name\": \"*\", \"action\": \"deny\"}]" },
        // cert-manager
        { "cert-manager/cert-manager.yaml", "Issuer", "apiVersion", "cert-manager.io/v1" },
        { "cert-manager/cert-manager.yaml", "Issuer", "spec/ca/secretName", "server-inter" },
        { "cert-manager/tls-secret.yaml", "Secret", "metadata/name", "server-inter" },
        { "cert-manager/tls-secret.yaml", "Secret", "metadata/namespace", "shop" },
    };

    [SkippableTheory]
    [MemberData(nameof(Fields))]
    public void Field_by_field(string file, string kind, string path, string? value)
    {
        Peer.Require("python3");

        Assert.Equal(value, At(files.Documents(file).OfKind(kind), path));
    }

    [SkippableTheory]
    [InlineData("server-tls", "[\"digital signature\", \"server auth\"]", "[\"api.shop.svc\"]", "[\"10.0.0.1\"]")]
    [InlineData("client-tls", "[\"digital signature\", \"client auth\"]", "[\"client.shop.svc\"]", null)]
    public void What_cert_manager_issues_is_what_this_module_would_issue(string name, string usages, string dnsNames, string? addresses)
    {
        Peer.Require("python3");
        var certificate = files.Documents("cert-manager/cert-manager.yaml").Single(one => one.At("metadata/name") == name);

        Assert.Equal(
            ["cert-manager.io/v1", "Certificate", "shop", name, "2160h", "720h", "mtls-ca", "ECDSA", "256", "Always", usages, dnsNames, addresses],
            "apiVersion kind metadata/namespace spec/secretName spec/duration spec/renewBefore spec/issuerRef/name spec/privateKey/algorithm spec/privateKey/size spec/privateKey/rotationPolicy spec/usages spec/dnsNames spec/ipAddresses".Split(' ').Select(path => certificate.At(path)));
    }

    [SkippableFact]
    public void Secrets_hold_the_files_and_are_their_owner_s_alone()
    {
        Peer.Require("python3");
        var (root, list) = (files.Pki.ClientRoot.Certificate.ToPem(), files.Config("compose").Files.Single(file => file.Role == ConfigFileRole.Crl).Content!);

        var ca = files.Documents("kubernetes/client-ca.yaml");
        Assert.Equal((root, System.Text.Encoding.ASCII.GetString(list)), (ca.OfKind("Secret").At("stringData/ca.crt"), ca.OfKind("Secret").At("stringData/ca.crl")));
        Assert.Equal(root, ca.OfKind("ConfigMap").At("data/ca.crt"));
        var istio = files.Documents("istio gateway/gateway.yaml").OfKind("Secret");
        Assert.Equal((root, Convert.ToBase64String(list)), (Decode(istio.At("data/ca.crt")), istio.At("data/ca.crl")));
        foreach (var (name, owner) in new[] { ("kubernetes", files.Pki.Server), ("istio gateway", files.Pki.Server), ("cert-manager", files.Pki.ServerInter.Certificate) })
        {
            var secret = files.Documents($"{name}/tls-secret.yaml").OfKind("Secret");
            Assert.Equal(owner, CertificateReader.Read(Convert.FromBase64String(secret.At("data/tls.crt")!))[0]);
            Assert.StartsWith("-----BEGIN PRIVATE KEY-----", Decode(secret.At("data/tls.key")), StringComparison.Ordinal);
            Assert.Equal("600", UnixMode.Of(files.At(name, "tls-secret.yaml")));
        }

        Assert.All(Directory.GetFiles(files.At("kubernetes"), "*.yaml").Where(file => !file.EndsWith("tls-secret.yaml", StringComparison.Ordinal)), file => Assert.DoesNotContain("PRIVATE KEY", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Agents_of_Consul_verify_both_ways()
    {
        Peer.Require("python3");
        var agent = Assert.Single(files.Documents("consul/agent.json"));

        Assert.Equal(
            ["/etc/consul.d/\"tls\"/client-ca.crt", "/etc/consul.d/\"tls\"/server.crt", "/etc/consul.d/\"tls\"/server.key", "true", "true", "TLSv1_2"],
            "ca_file cert_file key_file verify_incoming verify_outgoing tls_min_version".Split(' ').Select(name => agent.At("tls/defaults/" + name)));
        Assert.Equal("true", agent.At("tls/internal_rpc/verify_server_hostname"));
        Assert.False(File.Exists(files.At("consul permissive", "agent.json")));
    }

    [SkippableFact]
    public void Compose_has_two_nginx_with_their_files_read_only()
    {
        Peer.Require("python3");
        var compose = Assert.Single(files.Documents("compose/compose.yaml"));

        Assert.Equal(["[\"8888:8888\"]", "[\"8889:8889\"]"], "tls mtls".Split(' ').Select(name => compose.At($"services/nginx-{name}/ports")));
        foreach (var (service, sources) in new[] { ("nginx-tls", "server.crt nginx-tls.conf hello-world.txt"), ("nginx-mtls", "server.crt client-ca.crt client-ca.crl nginx-mtls.conf hello-world.txt") })
        {
            var volumes = compose.GetProperty("services").GetProperty(service).GetProperty("volumes").EnumerateArray().ToList();

            // Compose takes two dollar signs for one.
            Assert.Equal(sources.Split(' ').Select(name => "/srv/$$mtls/" + name), volumes.Select(volume => volume.At("source")));
            Assert.All(volumes, volume => Assert.Equal(("bind", "true"), (volume.At("type"), volume.At("read_only"))));
            Assert.Equal("/etc/nginx/tls/server.key", compose.At($"services/{service}/secrets/0/target"));
        }

        Assert.Equal("/srv/$$mtls/server.key", compose.At("secrets/server-key/file"));
        Assert.Equal("600", UnixMode.Of(files.At("compose", "server.key")));
    }

    [SkippableFact]
    public void Compose_s_two_nginx_do_what_the_tutorial_says()
    {
        var (nginx, curl) = (Peer.Require("nginx"), Peer.Require("curl"));
        using var container = new TemporaryFolder();
        var ports = Loopback.FreePorts(2);

        // What the containers see, in one folder instead of their roots: paths in nginx's configuration begin at its own file.
        string Inside(string name, int port, int free) => File.ReadAllText(files.At("compose", name))
            .Replace($"listen {port} ", $"listen 127.0.0.1:{free} ", StringComparison.Ordinal).Replace("/etc/nginx/tls/", "", StringComparison.Ordinal).Replace("/www/data", ".", StringComparison.Ordinal);
        foreach (var name in new[] { "server.crt", "server.key", "client-ca.crt", "client-ca.crl", "hello-world.txt" })
            File.Copy(files.At("compose", name), container.At(name));
        var temporary = string.Concat("client_body proxy fastcgi uwsgi scgi".Split(' ').Select(name => $"{name}_temp_path {name};\n"));
        container.Write("nginx.conf", $"daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {{ }}\nhttp {{\naccess_log off;\n{temporary}{Inside("nginx-tls.conf", 8888, ports[0])}{Inside("nginx-mtls.conf", 8889, ports[1])}}}\n");

        using var running = nginx.Start("-p", container.Path, "-c", container.At("nginx.conf"), "-e", "stderr");
        Assert.True(SpinWait.SpinUntil(() => running.HasExited || Array.TrueForAll(ports, Loopback.Accepts), TimeSpan.FromSeconds(30)) && !running.HasExited, running.All);
        var (certificate, key) = files.Pki.SavePair("compose", files.Pki.Client);
        PeerResult Ask(int port, params string[] own) => curl.Try(["-sS", "--noproxy", "*", "--cacert", files.Pki.ServerRoot.CertificatePath, $"https://localhost:{port}/hello-world.txt", .. own]);

        Assert.Equal("mTLS Hello World!\n", Ask(ports[0]).Output);
        Assert.Equal("mTLS Hello World!\n", Ask(ports[1], "--cert", certificate, "--key", key).Output);
        Assert.Contains("No required SSL certificate was sent", Ask(ports[1]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_platform_could_not_use_is_refused()
    {
        var folder = files.At("refused");
        ConfigOptions Options(ConfigTarget target) => new() { Target = target, Directory = folder, Certificate = files.Pki.Server, TrustedCas = [files.Pki.ClientRoot.Certificate] };

        Assert.Equal(ErrorCode.ConfigInputMissing, Refused(Options(ConfigTarget.CertManager)));
        Assert.Equal(ErrorCode.ConfigInputMissing, Refused(Options(ConfigTarget.CertManager) with { Certificate = null }));
        Assert.Equal(ErrorCode.ConfigInputMissing, Refused(Options(ConfigTarget.Istio) with { TrustedCas = [] }));
        Assert.Equal(ErrorCode.NameInvalid, Refused(Options(ConfigTarget.Istio) with { Namespace = "Shop: x" }));
        Assert.Equal(ErrorCode.ConfigOptionNotUsed, Refused(Options(ConfigTarget.Kubernetes) with { Backend = new Uri("http://web.other.svc:80") }));
        Assert.Equal(ErrorCode.ConfigOptionNotUsed, Refused(Options(ConfigTarget.Kubernetes) with { Mode = ConfigMode.Tls }));
        Assert.Equal(ErrorCode.ConfigOptionNotUsed, Refused(Options(ConfigTarget.Linkerd) with { Crls = files.Crls }));
        Assert.False(Directory.Exists(folder));
    }

    private static ErrorCode Refused(ConfigOptions options) => Assert.ThrowsAny<MtlsException>(() => MtlsConfig.Create(options)).Code;

    /// <summary>A path whose names may hold slashes, written as ~1.</summary>
    private static string? At(JsonElement document, string path)
    {
        var at = path.Split('/');
        return at[^1].Contains("~1", StringComparison.Ordinal)
            ? at[..^1].Aggregate(document, (element, name) => element.GetProperty(name)).GetProperty(at[^1].Replace("~1", "/", StringComparison.Ordinal)).GetString()
            : document.At(path);
    }

    private static string Decode(string? base64) => System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(base64!));
}

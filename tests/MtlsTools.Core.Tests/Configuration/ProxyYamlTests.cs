using System.Text.Json.Nodes;
using MtlsTools.Configuration;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Envoy and Traefik are not in Debian: what is written for them is parsed by another's YAML reader and compared with the shapes that they document.</summary>
public sealed class ProxyYamlTests(ConfigFixture fixture) : IClassFixture<ConfigFixture>
{
    private const string Types = "type.googleapis.com/envoy.extensions";

    [SkippableTheory]
    [InlineData(ConfigMode.Mtls, "true")]
    [InlineData(ConfigMode.Optional, "false")]
    public void Envoy_asks_clients_for_certificates(ConfigMode mode, string required)
    {
        var options = fixture.ServerOptions(ConfigTarget.Envoy) with { Mode = mode, Crls = fixture.Crls };

        var listener = Read(options)["static_resources"]!["listeners"]![0]!;

        Equal("""{ "socket_address": { "address": "0.0.0.0", "port_value": 443 } }""", listener["address"]);
        var socket = listener["filter_chains"]![0]!["transport_socket"]!;
        Equal($$"""
            {
              "name": "envoy.transport_sockets.tls",
              "typed_config": {
                "@type": "{{Types}}.transport_sockets.tls.v3.DownstreamTlsContext",
                "require_client_certificate": {{required}},
                "disable_stateless_session_resumption": true,
                "common_tls_context": {
                  "alpn_protocols": ["h2", "http/1.1"],
                  "tls_params": { "tls_minimum_protocol_version": "TLSv1_2", "tls_maximum_protocol_version": "TLSv1_3" },
                  "tls_certificates": [{ "certificate_chain": { "filename": "{{fixture.Server.Path}}" }, "private_key": { "filename": "{{fixture.Server.KeyPath}}" } }],
                  "validation_context": { "trusted_ca": { "filename": "{{fixture.Files.ClientCa}}" }, "crl": { "filename": "{{fixture.Files.Crls}}" }, "max_verify_depth": 2 }
                }
              }
            }
            """, socket);
    }

    [SkippableFact]
    public void Envoy_without_mutual_tls_asks_nobody()
    {
        var context = Read(new ConfigOptions { Target = ConfigTarget.Envoy, Mode = ConfigMode.Tls, Certificate = fixture.Server })["static_resources"]!["listeners"]![0]!["filter_chains"]![0]!["transport_socket"]!["typed_config"]!;

        Assert.Null(context["require_client_certificate"]);
        Assert.Null(context["common_tls_context"]!["validation_context"]);
    }

    [SkippableFact]
    public void Envoy_says_who_the_client_is_and_believes_no_client()
    {
        var all = Read(fixture.ServerOptions(ConfigTarget.Envoy) with { Mode = ConfigMode.Optional, Backend = new Uri("https://app.example.com:8443"), ForwardHeaders = true, Address = System.Net.IPAddress.Loopback })["static_resources"]!;

        Assert.Equal("127.0.0.1", (string?)all["listeners"]![0]!["address"]!["socket_address"]!["address"]);
        var filter = all["listeners"]![0]!["filter_chains"]![0]!["filters"]![0]!;
        Assert.Equal("envoy.filters.network.http_connection_manager", (string?)filter["name"]);
        var manager = filter["typed_config"]!;
        Assert.Equal($"{Types}.filters.network.http_connection_manager.v3.HttpConnectionManager", (string?)manager["@type"]);
        Assert.Equal("SANITIZE_SET", (string?)manager["forward_client_cert_details"]);
        Assert.Equal("REJECT_REQUEST", (string?)manager["common_http_protocol_options"]!["headers_with_underscores_action"]);
        Assert.Equal($"{Types}.filters.http.router.v3.Router", (string?)manager["http_filters"]![0]!["typed_config"]!["@type"]);
        var host = manager["route_config"]!["virtual_hosts"]![0]!;
        Assert.Contains("x-client-verify", host["request_headers_to_remove"]!.AsArray().Select(name => (string?)name));
        Assert.Contains("x-client-dn", host["request_headers_to_remove"]!.AsArray().Select(name => (string?)name));
        var routes = host["routes"]!.AsArray();
        Equal("""{ "prefix": "/", "tls_context": { "presented": true, "validated": true } }""", routes[0]!["match"]);
        Equal("""{ "prefix": "/" }""", routes[1]!["match"]);
        Assert.All(routes, route => Assert.Equal("application", (string?)route!["route"]!["cluster"]));
        Equal("""{ "header": { "key": "x-client-verify", "value": "SUCCESS" }, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD" }""", routes[0]!["request_headers_to_add"]![0]);
        Equal("""{ "header": { "key": "x-client-dn", "value": "%DOWNSTREAM_PEER_SUBJECT%" }, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD" }""", routes[0]!["request_headers_to_add"]![1]);
        Equal("""[{ "header": { "key": "x-client-verify", "value": "NONE" }, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD" }]""", routes[1]!["request_headers_to_add"]);
        var cluster = all["clusters"]![0]!;
        Equal("""{ "cluster_name": "application", "endpoints": [{ "lb_endpoints": [{ "endpoint": { "address": { "socket_address": { "address": "app.example.com", "port_value": 8443 } } } }] }] }""", cluster["load_assignment"]);
        Assert.Equal($"{Types}.transport_sockets.tls.v3.UpstreamTlsContext", (string?)cluster["transport_socket"]!["typed_config"]!["@type"]);
        Assert.Equal("app.example.com", (string?)cluster["transport_socket"]!["typed_config"]!["sni"]);
    }

    [SkippableTheory]
    [InlineData(ConfigMode.Mtls, "RequireAndVerifyClientCert", "SUCCESS")]
    [InlineData(ConfigMode.Optional, "VerifyClientCertIfGiven", "")]
    public void Traefik_asks_every_client_for_a_certificate(ConfigMode mode, string type, string verify)
    {
        var all = Read(fixture.ServerOptions(ConfigTarget.Traefik) with { Mode = mode, Backend = new Uri("http://127.0.0.1:8080"), ForwardHeaders = true });

        Equal($$"""
            {
              "certificates": [{ "certFile": "{{fixture.Server.Path}}", "keyFile": "{{fixture.Server.KeyPath}}" }],
              "stores": { "default": { "defaultCertificate": { "certFile": "{{fixture.Server.Path}}", "keyFile": "{{fixture.Server.KeyPath}}" } } },
              "options": { "default": { "minVersion": "VersionTLS12", "clientAuth": { "caFiles": ["{{fixture.Files.ClientCa}}"], "clientAuthType": "{{type}}" } } }
            }
            """, all["tls"]);
        Equal("""
            { "mtls": { "entryPoints": ["websecure"], "rule": "Host(`localhost`) || Host(`127.0.0.1`) || Host(`server`)", "service": "application", "middlewares": ["client-headers", "client-certificate"], "tls": {} } }
            """, all["http"]!["routers"]);
        Equal("""{ "application": { "loadBalancer": { "servers": [{ "url": "http://127.0.0.1:8080" }] } } }""", all["http"]!["services"]);
        var middlewares = all["http"]!["middlewares"]!;
        var headers = middlewares["client-headers"]!["headers"]!["customRequestHeaders"]!.AsObject();
        Assert.Equal(verify, (string?)headers["X-Client-Verify"]);
        Assert.All(headers.Where(header => header.Key != "X-Client-Verify"), header => Assert.Equal("", (string?)header.Value)); // taken away
        Assert.Contains("X_Client_Verify", headers.Select(header => header.Key));
        Assert.True((bool?)middlewares["client-certificate"]!["passTLSClientCert"]!["pem"]);
        Assert.True((bool?)middlewares["client-certificate"]!["passTLSClientCert"]!["info"]!["subject"]!["commonName"]);
    }

    [SkippableFact]
    public void Traefik_listens_where_it_is_told_and_reads_a_folder()
    {
        var files = MtlsConfig.Create(fixture.ServerOptions(ConfigTarget.Traefik) with { Backend = new Uri("http://127.0.0.1:8080"), Port = 8443 }).Files;

        Equal("""{ "entryPoints": { "websecure": { "address": ":8443" } }, "providers": { "file": { "directory": "/etc/traefik/dynamic", "watch": true } }, "log": { "level": "INFO" } }""", Read(files.Single(file => file.Name == "traefik.yml")));
    }

    [Theory]
    [InlineData(ConfigTarget.Traefik, null, false, ErrorCode.ConfigInputMissing)]
    [InlineData(ConfigTarget.Stunnel, null, false, ErrorCode.ConfigInputMissing)]
    [InlineData(ConfigTarget.Stunnel, "http://127.0.0.1:8080", true, ErrorCode.ConfigOptionNotUsed)]
    [InlineData(ConfigTarget.Stunnel, "https://127.0.0.1:8080", false, ErrorCode.ConfigOptionNotUsed)]
    [InlineData(ConfigTarget.HAProxy, "http://127.0.0.1:8080/path", false, ErrorCode.ConfigOptionNotUsed)]
    [InlineData(ConfigTarget.Caddy, "http://127.0.0.1:8080/path", false, ErrorCode.ConfigOptionNotUsed)]
    [InlineData(ConfigTarget.Envoy, "http://127.0.0.1:8080/path", false, ErrorCode.ConfigOptionNotUsed)]
    [InlineData(ConfigTarget.Traefik, "http://127.0.0.1:8080/path", false, ErrorCode.ConfigOptionNotUsed)]
    public void Backends_that_do_not_fit_are_refused(ConfigTarget target, string? backend, bool forward, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<InputException>(() => MtlsConfig.Create(fixture.ServerOptions(target) with { Backend = backend is null ? null : new Uri(backend), ForwardHeaders = forward, Directory = Path.GetTempPath() })).Code);

    [Theory]
    [InlineData(ConfigTarget.Caddy)]
    [InlineData(ConfigTarget.Traefik)]
    public void Lists_are_refused_where_nobody_would_look_at_them(ConfigTarget target) =>
        Assert.Equal(ErrorCode.ConfigOptionNotUsed, Assert.Throws<InputException>(() => MtlsConfig.Create(fixture.ServerOptions(target) with { Backend = new Uri("http://127.0.0.1:8080"), Crls = fixture.Crls })).Code);

    /// <summary>The main file, through PyYAML and JSON.</summary>
    private static JsonNode Read(ConfigOptions options) => Read(MtlsConfig.Create(options).Files[0]);

    private static JsonNode Read(ConfigFile file)
    {
        var python = Peer.Require("python3");
        Skip.If(python.Try("-c", "import yaml").ExitCode != 0, "The Python package 'yaml' is not installed; on Debian: apt install python3-yaml");
        using var folder = new TemporaryFolder();
        return JsonNode.Parse(python.Run("-c", "import json,sys,yaml; json.dump(yaml.safe_load(open(sys.argv[1], 'rb')), sys.stdout)", folder.Write("a.yaml", file.Content)).Output)!;
    }

    private static void Equal(string expected, JsonNode? actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}\nactual {actual}");
}

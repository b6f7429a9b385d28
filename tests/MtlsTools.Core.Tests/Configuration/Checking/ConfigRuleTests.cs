using System.Security.Cryptography;
using MtlsTools.Configuration.Checking;
using MtlsTools.Tests.Policy;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;
using static MtlsTools.Configuration.Checking.ConfigFormat;

namespace MtlsTools.Tests.Configuration.Checking;

/// <summary>Every rule, broken by one change of a configuration that is sound otherwise, for each program that it concerns.</summary>
public sealed class ConfigRuleTests(CheckedFiles files) : IClassFixture<CheckedFiles>
{
    /// <summary>The rule; the program; what is replaced by what; the text of the line of the finding, where it is not the new one; a part of the cause.</summary>
    private static readonly (string Id, ConfigFormat Format, string From, string To, string? At, string Cause)[] Broken =
    [
        // The language
        ("SyntaxBroken", Nginx, "ssl_verify_client on;", "ssl_verify_client on", null, "is a semicolon missing"),
        ("SyntaxBroken", Nginx, "server_name localhost;", "server_name \"localhost;", null, "right behind a closing quote"),
        ("SyntaxBroken", Nginx, "listen 18081;", "} listen 18081;", "}", "closes nothing"),
        ("SyntaxBroken", Nginx, "http {", "http { server {", null, "never closed"),
        ("SyntaxBroken", Apache, "</IfModule>", "", "</VirtualHost>", "'</IfModule>' is expected"),
        ("SyntaxBroken", Apache, "</VirtualHost>", "", "<VirtualHost", "never closed"),
        ("SyntaxBroken", HAProxy, "global", "nonsense", null, "outside of every section"),
        ("SyntaxBroken", HAProxy, "server one 127.0.0.1:8080\n", "server one 127.0.0.1:8080", "server one", "no line end"),
        ("SyntaxBroken", Caddy, "%clients.crt%\"", "%clients.crt%", "            trusted_ca_cert_file", "never closed"),
        ("SyntaxBroken", Kubernetes, "  mtls:", "\tmtls:", null, "A tab"),
        ("SyntaxBroken", PostgreSql, "ssl_min_protocol_version = 'TLSv1.2'", "ssl_min_protocol_version = 'TLSv1.2", null, "never closed"),
        ("DirectiveUnknown", Nginx, "ssl_verify_client on", "ssl_verify_clients on", null, "ssl_verify_clients"),
        ("DirectiveUnknown", Apache, "SSLVerifyClient require", "SSLVerifyClients require", null, "SSLVerifyClients"),
        ("DirectiveUnknown", HAProxy, "verify required", "verfy required", "bind", "verfy"),
        ("DirectiveUnknown", Caddy, "client_auth {", "client_authentication {", null, "client_authentication"),
        ("DirectiveUnknown", Mosquitto, "require_certificate true", "require_certificates true", null, "require_certificates"),
        ("DirectiveUnknown", PostgreSql, "ssl_ca_file", "ssl_ca", null, "ssl_ca"),
        ("ValueUnknown", Nginx, "ssl_verify_client on", "ssl_verify_client yes", null, "optional_no_ca"),
        ("ValueUnknown", Nginx, "TLSv1.2 TLSv1.3", "TLSv1.2 TLS1.3", null, "TLS1.3"),
        ("ValueUnknown", Caddy, "mode require_and_verify", "mode strict", null, "strict"),
        ("ValueUnknown", Kubernetes, "mode: STRICT", "mode: STRICTLY", null, "STRICTLY"),
        ("IncludeMissing", Nginx, "events { }", "events { } include gone.conf;", null, "gone.conf"),
        ("IncludeMissing", Mosquitto, "allow_anonymous true", "include_dir gone", null, "gone"),
        ("IncludeLoop", Nginx, "events { }", "events { } include loop.conf;", "include loop.conf;", "includes itself"),
        ("IncludeLoop", Caddy, "protocols tls1.2 tls1.3", "import secured", null, "imports itself"),
        ("PathNotFollowed", Nginx, "ssl_certificate \"%server.crt%\"", "ssl_certificate $host.crt", null, "$host.crt"),

        // Files
        ("FileMissing", Nginx, "%clients.crt%", "%gone.crt%", null, "gone.crt"),
        ("FileMissing", PostgreSql, "%server.key%", "%gone.key%", null, "gone.key"),
        ("FileDamaged", Nginx, "\"%server.crt%\"", "\"%damaged.crt%\"", null, "damaged.crt"),
        ("FileDamaged", Mosquitto, "%server.key%", "%server.crt%", "keyfile", "holds no private key"),
        ("FileDamaged", HAProxy, "%clients.crl%", "%clients.crt%", "bind", "holds no revocation list"),
        ("CertificateNotConfigured", Nginx, "ssl_certificate_key \"%server.key%\";", "", "ssl_certificate ", "no ssl_certificate_key"),
        ("CertificateNotConfigured", HAProxy, "crt \"%server.pem%\"", "", "bind", "names no certificate"),
        ("TlsOff", Apache, "SSLEngine on", "SSLEngine off", "SSLVerifyClient", "plain HTTP"),
        ("TlsOff", PostgreSql, "ssl = on", "ssl = off", "hostssl", "nobody comes in by it"),
        ("KeyFileReadable", Nginx, "%server.key%", "%open.key%", null, "everybody on this machine"),
        ("KeyEncrypted", Nginx, "%server.key%", "%encrypted.key%", null, "ssl_password_file"),
        ("KeyEncrypted", Apache, "${FILES}/server.key", "%encrypted.key%", null, "SSLPassPhraseDialog"),
        ("KeyMismatch", Nginx, "%server.key%", "%other.key%", null, "not the key of the certificate"),
        ("KeyMismatch", Caddy, "%server.key%", "%other.key%", null, "not the key of the certificate"),

        // The server's certificate
        ("CertificateExpired", Nginx, "%server.crt%", "%expired.crt%", null, "has expired"),
        ("CertificateWrongPurpose", Apache, "${FILES}/server.crt", "%client.crt%", null, "not for servers: its extendedKeyUsage is clientAuth"),
        ("NameNotCovered", Nginx, "server_name localhost;", "server_name localhost tls-hello-world;", null, "'tls-hello-world' is not among"),
        ("NameNotCovered", Caddy, "https://localhost:18446", "https://other.test:18446", null, "other.test"),
        ("ChainIncomplete", Nginx, "%server.crt%", "%leaf.crt%", null, "'Server Inter'"),
        ("LeafNotFirst", Nginx, "%server.crt%", "%disordered.crt%", null, "stands before 'server'"),
        ("ChainOrder", Nginx, "%server.crt%", "%unsorted.crt%", null, "the right one is"),
        ("ChainForeign", Nginx, "%server.crt%", "%foreign.crt%", null, "'Other Root'"),
        ("ChainContainsRoot", Nginx, "%server.crt%", "%rooted.crt%", null, "'Server Root'"),
        ("KeyTooWeak", Nginx, "%server.crt%", "%weak.crt%", null, "1024"),

        // The CAs of the clients
        ("VerifyWithoutCa", Nginx, "ssl_client_certificate \"%clients.crt%\";", "", "ssl_verify_client", "does not start"),
        ("VerifyWithoutCa", Apache, "SSLCACertificateFile \"%clients.crt%\"", "", "SSLVerifyClient", "nobody can be let in"),
        ("VerifyWithoutCa", HAProxy, "ca-file \"%clients.crt%\"", "", "bind", "does not start"),
        ("VerifyWithoutCa", Caddy, "trusted_ca_cert_file \"%clients.crt%\"", "", "mode", "names no CA"),
        ("VerifyWithoutCa", PostgreSql, "ssl_ca_file = '%clients.crt%'", "", "hostssl", "names no CA"),
        ("VerifyWithoutCa", Mosquitto, "cafile %clients.crt%", "", "require_certificate", "names no CA"),
        ("CaNotACa", Nginx, "%clients.crt%", "%server.crt%", null, "'server' in"),
        ("CaTrustsPublicWeb", Nginx, "%clients.crt%", "%many.crt%", null, "32 certificates"),
        ("CaTrustsPublicWeb", HAProxy, "ca-file \"%clients.crt%\"", "ca-file @system-ca", "bind", "@system-ca"),
        ("CaChainEndsEarly", Nginx, "%clients.crt%", "%inter.crt%", null, "issued by 'CN=Client Root"),
        ("ServerPassesAsClient", Nginx, "%server.crt%", "%peer.crt%", "ssl_client_certificate", "it is for clients too"),
        ("CaSharedWithServers", Nginx, "%server.crt%", "%shared.crt%", "ssl_client_certificate", "as well as the clients'"),

        // How clients are asked
        ("ClientNotVerified", Nginx, "ssl_verify_client on", "ssl_verify_client optional_no_ca", null, "lets in any"),
        ("ClientNotVerified", Apache, "SSLVerifyClient require", "SSLVerifyClient optional_no_ca", null, "lets in any"),
        ("ClientNotVerified", HAProxy, "verify required", "verify required ca-ignore-err all crt-ignore-err all", "bind", "lets in any"),
        ("ClientNotVerified", Caddy, "mode require_and_verify", "mode require", null, "lets in any"),
        ("ClientNotVerified", Mosquitto, "allow_anonymous true", "disable_client_cert_date_checks true", null, "expired"),
        ("ClientCertificateOptional", Caddy, "mode require_and_verify\n            trusted_ca_cert_file \"%clients.crt%\"\n        }\n    }\n}\nhttps://localhost:18446 {\n    import secured\n    reverse_proxy 127.0.0.1:8080 {\n        header_up X-Client-DN {http.request.tls.client.subject}\n    }", "mode verify_if_given\n            trusted_ca_cert_file \"%clients.crt%\"\n        }\n    }\n}\nhttps://localhost:18446 {\n    import secured\n    respond hello", "mode", "nothing here refuses them"),
        ("ClientCheckLeftToBackend", Nginx, "ssl_verify_client on", "ssl_verify_client optional", null, "by a header"),
        ("ClientCheckLeftToBackend", Apache, "SSLVerifyClient require", "SSLVerifyClient optional", null, "by a header"),
        ("ClientCheckLeftToBackend", HAProxy, "verify required", "verify optional", "bind", "by a header"),
        ("LocationUnchecked", Nginx, "ssl_verify_client on;", "ssl_verify_client optional;\n        location /safe/ { if ($ssl_client_verify != SUCCESS) { return 403; } proxy_pass http://app; }", "location / {", "other locations of 'localhost' check it"),
        ("CheckIneffective", Nginx, "ssl_verify_client on;", "ssl_verify_client optional;\n        if ($ssl_client_verify = FAILED) { return 403; }", "if (", "FAILED:reason"),
        ("CheckIneffective", Nginx, "ssl_verify_client on;", "ssl_verify_client optional_no_ca;\n        if ($ssl_client_verify = NONE) { return 403; }", "if (", "without a valid certificate"),
        ("VerifyPerLocation", Apache, "SSLVerifyClient require", "<Location /admin>\n        SSLVerifyClient require\n    </Location>", "        SSLVerifyClient require", "after the handshake"),
        ("NameNotChecked", PostgreSql, "cert  map=mtls", "trust clientcert=verify-ca", "hostssl", "as any user"),
        ("DepthTooSmall", Apache, "SSLVerifyDepth 2", "SSLVerifyDepth 1", null, "has up to 2 CAs with the root, and the depth is 1"),
        ("DepthTooSmall", Nginx, "ssl_verify_depth 2", "ssl_verify_depth 0", null, "Set it to 1"),

        // Revocation
        ("RevocationOff", Nginx, "ssl_crl \"%clients.crl%\";", "", "ssl_verify_client", "no ssl_crl"),
        ("RevocationOff", HAProxy, "crl-file \"%clients.crl%\"", "", "bind", "no crl-file"),
        ("RevocationOff", Mosquitto, "crlfile %clients.crl%", "", "require_certificate", "no crlfile"),
        ("RevocationOff", PostgreSql, "ssl_crl_file = '%clients.crl%'", "", "hostssl", "no ssl_crl_file"),
        ("CrlNotUsed", Apache, "SSLCARevocationCheck chain", "", "SSLCARevocationFile", "nobody looks into them"),
        ("CrlMissingForCa", Nginx, "%clients.crl%", "%root.crl%", null, "no list of 'Client Inter'"),
        ("CrlMissingForCa", Mosquitto, "%clients.crl%", "%root.crl%", "crlfile", "no list of 'Client Inter'"),
        ("CrlForeign", Nginx, "%clients.crl%", "%forged.crl%", null, "its name is the same, and its key another"),

        // Versions
        ("ProtocolOld", Nginx, "TLSv1.2 TLSv1.3", "TLSv1 TLSv1.2 TLSv1.3", null, "speaks TLSv1"),
        ("ProtocolOld", Apache, "-TLSv1 -TLSv1.1", "-TLSv1", "SSLProtocol", "speaks TLSv1.1"),
        ("ProtocolOld", HAProxy, "ssl-min-ver TLSv1.2", "ssl-min-ver TLSv1.0", null, "speaks TLSv1, TLSv1.1"),
        ("ProtocolOld", PostgreSql, "'TLSv1.2'", "'TLSv1.1'", null, "speaks TLSv1.1"),
        ("Tls13Off", Nginx, "TLSv1.2 TLSv1.3", "TLSv1.2", null, "does not speak TLS 1.3"),
        ("Tls13Off", Caddy, "protocols tls1.2 tls1.3", "protocols tls1.2 tls1.2", null, "does not speak TLS 1.3"),
        ("ProtocolDefault", Nginx, "ssl_protocols TLSv1.2 TLSv1.3;", "", "listen 18443", "1.27.3"),
        ("ProtocolDefault", Apache, "SSLProtocol all -SSLv3 \\\n    -TLSv1 -TLSv1.1", "", "<VirtualHost", "all -SSLv3"),

        // Ways around
        ("PlainBesideMtls", Nginx, "return 301 https://localhost$request_uri;", "location / { proxy_pass http://app; }", null, "without TLS"),
        ("PlainBesideMtls", Nginx, "listen [::]:18443 ssl;", "listen 18082; root /srv;", "            proxy_pass http://app;", "without TLS"),
        ("PlainBesideMtls", HAProxy, "verify required", "verify required\n    bind :18447", "default_backend", "without TLS"),
        ("PlainBesideMtls", Mosquitto, "use_subject_as_username true", "listener 1883", null, "without TLS"),
        ("PlainBesideMtls", PostgreSql, "cert  map=mtls", "cert  map=mtls\nhost all all 0.0.0.0/0 scram-sha-256", "host all all 0", "without TLS"),
        ("TlsBesideMtls", PostgreSql, "cert  map=mtls", "cert  map=mtls\nhostssl shop all 0.0.0.0/0 scram-sha-256", "hostssl shop", "without a client certificate"),
        ("PlainBesideTls", Nginx, "ssl_verify_client on;", "listen 18082; root /srv;", "server {\n        listen 18443", "serves without TLS"),
        ("HeaderForgeable", Nginx, "return 301 https://localhost$request_uri;", "location / { proxy_pass http://app; }", null, "x-client-dn, x-client-name"),
        ("HeaderForgeable", Nginx, "proxy_set_header X-Client-DN \"\";", "proxy_set_header X-Other 1;", "proxy_pass http://127.0.0.1:8080", "x-client-dn"),
        ("HeaderForgeable", HAProxy, "http-request del-header X-SSL-Client-DN", "", "default_backend", "x-ssl-client-dn"),
        ("HeaderForgeable", Caddy, "https://localhost:18446 {", "http://localhost:18480 {\n    reverse_proxy 127.0.0.1:8080\n}\nhttps://localhost:18446 {", "    reverse_proxy 127.0.0.1:8080", "x-client-dn"),
        ("UpstreamNotVerified", Nginx, "proxy_pass http://app;", "proxy_pass https://app;", null, "proxy_ssl_verify is off"),
        ("UpstreamNotVerified", HAProxy, "server one 127.0.0.1:8080", "server one 127.0.0.1:8080 ssl verify none", null, "verify none"),
        ("UpstreamNotVerified", Apache, "\"http://127.0.0.1:8080/\"", "\"https://127.0.0.1:8080/\"", null, "SSLProxyVerify"),

        // Meshes
        ("MeshPermissive", Kubernetes, "mode: STRICT", "mode: PERMISSIVE", null, "without a certificate"),
        ("MeshTlsOff", Kubernetes, "mode: STRICT", "mode: DISABLE", null, "DISABLE"),
        ("MeshTlsOff", Kubernetes, "{mode: ISTIO_MUTUAL}", "{mode: DISABLE}", null, "without TLS"),
        ("MeshClientCertificateNotSent", Kubernetes, "ISTIO_MUTUAL", "SIMPLE", null, "without a client certificate"),
        ("PurposeNotNamed", Kubernetes, "  usages: [digital signature, server auth]", "", "apiVersion: cert-manager", "names no usages"),
        ("PurposeNotNamed", Kubernetes, "server auth]", "server auth, client auth]", null, "for servers and for clients"),
        ("RenewalImpossible", Kubernetes, "renewBefore: 720h", "renewBefore: 2160h", null, "renewed without end"),
    ];

    /// <summary>Rules whose breach takes more than a change of the text have tests of their own below.</summary>
    internal static IEnumerable<string> Tested => Broken.Select(one => one.Id).Concat(["CertificateExpiresSoon", "CrlExpired", "CrlExpiresSoon", "RevocationNotPossible", "FileNotReadable", "SignatureHashWeak"]);

    public static TheoryData<int, string> Rows
    {
        get
        {
            var rows = new TheoryData<int, string>();
            for (var i = 0; i < Broken.Length; i++)
                rows.Add(i, $"{Broken[i].Id} {Broken[i].Format}: {Broken[i].Cause}");
            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Rows))]
    public void What_breaks_a_rule_is_found_where_it_stands(int row, string name)
    {
        var (id, format, from, to, at, cause) = Broken[row];
        Skip.If(id == "KeyFileReadable" && OperatingSystem.IsWindows(), "Windows has access lists instead of modes.");
        files.Write("loop.conf", "include loop.conf;");
        var (text, rules) = (SoundConfigurations.All[format], SoundConfigurations.Rules);
        Assert.True(text.Contains(from, StringComparison.Ordinal) || (format == PostgreSql && rules.Contains(from, StringComparison.Ordinal)), $"{name}: '{from}' is not there.");
        files.Write("pg_hba.conf", rules = rules.Replace(from, to, StringComparison.Ordinal));
        text = text.Replace(from, to, StringComparison.Ordinal);

        var report = files.Examine(text, format);

        var findings = report.Findings.Where(one => one.Id == id && one.Cause.Contains(cause, StringComparison.Ordinal)).ToList();
        Assert.True(findings.Count > 0, $"{name}: {string.Join("\n", report.Findings)}");
        var lines = File.ReadAllLines(findings[0].File);
        Assert.Contains(findings, one => string.Join('\n', lines[(one.Line - 1)..]).TrimStart().StartsWith(files.Fill((at ?? to.Split('\n')[0]).TrimStart()), StringComparison.Ordinal) || lines[one.Line - 1].Contains(files.Fill(at ?? to.Split('\n')[0]), StringComparison.Ordinal));
        Assert.All(findings, one => Assert.DoesNotContain("<file>", one.Remedy, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Nginx)]
    [InlineData(Apache)]
    [InlineData(HAProxy)]
    [InlineData(Caddy)]
    [InlineData(Mosquitto)]
    [InlineData(PostgreSql)]
    [InlineData(Kubernetes)]
    public void What_keeps_the_rules_has_no_findings(ConfigFormat format)
    {
        files.Write("pg_hba.conf", SoundConfigurations.Rules);

        var report = files.Examine(SoundConfigurations.All[format], format);

        // Caddy has no revocation lists, and says so.
        Assert.Equal(format == Caddy ? ["RevocationNotPossible"] : [], report.Findings.Select(one => one.Id));
        Assert.True(report.Success);
        if (format == Kubernetes)
            return;
        var endpoint = Assert.Single(report.Endpoints, one => one.Mode == EndpointMode.Mtls);
        Assert.Equal(files.Fill("%clients.crt%"), Assert.Single(endpoint.Ca).Path!.Replace('\\', '/'));
        Assert.Single(endpoint.Certificate);
        Assert.NotNull(endpoint.Port);
    }

    [Theory]
    [InlineData("CertificateExpiresSoon", 25, FindingSeverity.Warning)]
    [InlineData("CertificateExpired", 31, FindingSeverity.Error)]
    [InlineData("CertificateExpired", -3, FindingSeverity.Error)]
    [InlineData("CrlExpiresSoon", 6, FindingSeverity.Warning)]
    [InlineData("CrlExpired", 8, FindingSeverity.Error)]
    [InlineData("CrlExpired", -3, FindingSeverity.Error)]
    public void Days_are_looked_at(string id, int days, FindingSeverity severity)
    {
        var report = files.Examine(SoundConfigurations.Nginx, Nginx, days);

        Assert.Equal(severity, Assert.Single(report.Findings.Where(one => one.Id == id).DistinctBy(one => one.Id)).Severity);
    }

    [SkippableFact]
    public void A_file_that_may_not_be_read_is_no_missing_one()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "An administrator may read every file.");
        UnixMode.Set(files.Write("closed.crt", "x"), "000");

        var report = files.Examine(SoundConfigurations.Nginx.Replace("%clients.crt%", "%closed.crt%", StringComparison.Ordinal), Nginx);

        Assert.Contains("may not be read", Assert.Single(report.Findings, one => one.Id == "FileNotReadable").Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_is_signed_with_SHA_1()
    {
        files.Write("sha1.crt", (RawCertificate.Server("localhost") with { InnerSignatureOid = "1.2.840.10045.4.1", Hash = HashAlgorithmName.SHA1 }).Build().ToPem());

        var report = files.Examine(SoundConfigurations.Nginx.Replace("%server.crt%", "%sha1.crt%", StringComparison.Ordinal), Nginx);

        Assert.Contains("sha1.crt", Assert.Single(report.Findings, one => one.Id == "SignatureHashWeak").Cause, StringComparison.Ordinal);
    }
}

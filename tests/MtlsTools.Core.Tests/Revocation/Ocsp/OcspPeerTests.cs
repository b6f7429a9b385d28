using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Connections.Trace;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Revocation;
using MtlsTools.Server;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Revocation.Ocsp;

/// <summary>Other implementations ask our responder, answer our client, and staple our answers.</summary>
public sealed class OcspPeerTests(RunningResponder running) : IClassFixture<RunningResponder>
{
    private static readonly string[] ApacheModules = ["mpm_event", "authz_core", "socache_shmcb", "ssl"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableTheory]
    [InlineData("-no_nonce")]
    [InlineData("-sha256")]
    [InlineData("-nonce")]
    public void OpenSsl_asks_our_responder(string how)
    {
        var said = Peer.Require("openssl").Run(
            "ocsp", "-url", running.InterResponder.OcspUrl.AbsoluteUri, "-issuer", running.Inter.CertificatePath, how, "-cert", Save(running.Good), how, "-cert", Save(running.Revoked), "-serial", "0x1234ABCD",
            "-CAfile", running.Inter.ChainPath).All;
        Assert.Contains("Response verify OK", said, StringComparison.Ordinal);
        Assert.Contains($"{Save(running.Good)}: good", said, StringComparison.Ordinal);
        Assert.Contains($"{Save(running.Revoked)}: revoked", said, StringComparison.Ordinal);
        Assert.Contains("Reason: keyCompromise", said, StringComparison.Ordinal);
        Assert.Contains("0x1234ABCD: unknown", said, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING: no nonce", how == "-no_nonce" ? "" : said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void GnuTls_asks_our_responder()
    {
        var ocsptool = Peer.Require("ocsptool");
        foreach (var (certificate, status) in new[] { (running.Good, "good"), (running.Revoked, "revoked") })
        {
            var said = ocsptool.Try("--ask=" + running.InterResponder.OcspUrl.AbsoluteUri, "--nonce", "--load-cert", Save(certificate), "--load-issuer", running.Inter.CertificatePath, "--load-trust", running.Inter.ChainPath).All;
            Assert.Contains("Verifying OCSP Response: Success", said, StringComparison.Ordinal);
            Assert.Contains($"Certificate Status: {status}", said, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void Java_validates_a_chain_by_our_responder()
    {
        Skip.IfNot(Peer.Exists("javac"), "Java's compiler is not installed; on Debian: apt install default-jdk-headless");
        var said = Peer.Require("java").Run("-XX:TieredStopAtLevel=1", Peer.Asset("Revocation.java"), running.Root.CertificatePath, running.Inter.CertificatePath, running.InterResponder.OcspUrl.AbsoluteUri, Save(running.Good), Save(running.Revoked)).Output.Split('\n');
        Assert.Equal("GOOD", said[0].Trim());
        Assert.StartsWith("REVOKED", said[1], StringComparison.Ordinal);
        Assert.Contains("KEY_COMPROMISE", said[1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task OpenSsl_answers_our_client_from_our_own_folder()
    {
        var openssl = Peer.Require("openssl");
        var port = Loopback.FreePorts(1)[0];
        using var responder = openssl.Start("ocsp", "-index", Path.Combine(running.Inter.Path, "index.txt"), "-port", $"{port}", "-CA", running.Inter.CertificatePath, "-rsigner", running.Inter.CertificatePath, "-rkey", running.Inter.KeyPath, "-ignore_err");
        responder.WaitFor("waiting for OCSP client connections");
        var options = new RevocationOptions { OcspUrls = [new Uri($"http://127.0.0.1:{port}/")] };
        foreach (var one in new[] { options with { RequireNonce = true }, options with { UseNonce = false }, options with { Hash = System.Security.Cryptography.HashAlgorithmName.SHA256 } })
        {
            var good = await AskAsync(running.Good, one);
            Assert.True(good.Status == RevocationState.Good, string.Join(' ', good.Findings) + responder.All);
            Assert.Empty(good.Findings);
            Assert.Equal(running.Inter.Certificate, good.Responder);
        }

        var revoked = await AskAsync(running.Revoked, options);
        Assert.Equal((RevocationState.Revoked, RevocationReason.KeyCompromise), (revoked.Status, revoked.Reason!.Value));
        var stranger = MintingAuthority.Of(running.Inter.Certificate, running.Inter.SigningKey).Issue(DistinguishedName.FromCommonName("stranger"), CertificateProfile.Client, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        Assert.Equal(RevocationState.Unknown, (await AskAsync(stranger, options)).Status);
        Assert.Equal(RevocationState.Unknown, (await RevocationInquiry.AskAsync(stranger, new RevocationOptions { OcspUrls = [running.InterResponder.OcspUrl] })).Status);
    
        // openssl ocsp serves one connection at a time, and may drop one while it is busy.
        static async Task<RevocationStatus> AskAsync(MtlsCertificate certificate, RevocationOptions options)
        {
            var status = await RevocationInquiry.AskAsync(certificate, options);
            for (var again = 0; again < 5 && status.Findings.Any(finding => finding.Id == FindingId.OcspNotReached); again++)
                status = await RevocationInquiry.AskAsync(certificate, options);
            return status;
        }
    }

    [SkippableFact]
    public async Task Nginx_staples_our_answers()
    {
        var (certificate, key) = Pair("nginx");
        using var nginx = NginxServer.Start($"""
            ssl_certificate "{certificate}"; ssl_certificate_key "{key}"; ssl_protocols TLSv1.2 TLSv1.3;
            ssl_stapling on; ssl_stapling_verify on; ssl_trusted_certificate "{running.Inter.ChainPath}";
            """);
        await SeesStaples(nginx.Port(0));
    }

    [SkippableFact]
    public async Task Apache_staples_our_answers()
    {
        var apache = Peer.Require("apache2");
        const string modules = "/usr/lib/apache2/modules";
        Skip.IfNot(Directory.Exists(modules), $"Apache's modules are not in {modules}.");
        var (certificate, key) = Pair("apache");
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePorts(1)[0];
        var configuration = folder.Write("httpd.conf", $"""
            ServerRoot "{folder.Path}"
            ServerName localhost
            PidFile "{folder.At("httpd.pid")}"
            DefaultRuntimeDir "{folder.Path}"
            Mutex posixsem
            ErrorLog /dev/stderr
            {string.Join('\n', ApacheModules.Select(module => $"LoadModule {module}_module {modules}/mod_{module}.so"))}
            StartServers 1
            ThreadsPerChild 8
            MinSpareThreads 1
            MaxSpareThreads 8
            MaxRequestWorkers 8
            Listen 127.0.0.1:{port}
            SSLStaplingCache "shmcb:{folder.At("stapling")}(65536)"
            <VirtualHost *:{port}>
                SSLEngine on
                SSLCertificateFile "{certificate}"
                SSLCertificateKeyFile "{key}"
                SSLUseStapling on
            </VirtualHost>
            """);
        using var process = apache.Start("-X", "-f", configuration);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Loopback.Accepts(port), Patience) && !process.HasExited, process.All);
        await SeesStaples(port);
    }

    [SkippableFact]
    public async Task HAProxy_staples_an_answer_that_our_client_saved()
    {
        var haproxy = Peer.Require("haproxy");
        var (certificate, key) = Pair("haproxy");
        using var folder = new TemporaryFolder();
        var both = folder.Write("site.pem", File.ReadAllText(certificate) + File.ReadAllText(key));
        var answer = await RevocationInquiry.AskAsync(CertificateReader.ReadFile(certificate)[0].WithChain([running.Inter.Certificate]), new RevocationOptions { UseNonce = false });
        Assert.Equal((RevocationState.Good, RevocationSource.Ocsp), (answer.Status, answer.Source));
        folder.Write("site.pem.ocsp", answer.Response.Span);
        var port = Loopback.FreePorts(1)[0];
        var configuration = folder.Write("haproxy.cfg", $"""
            global
                nbthread 1
            defaults
                mode http
                timeout client 30s
                timeout server 30s
                timeout connect 5s
            frontend site
                bind 127.0.0.1:{port} ssl crt "{both}" ssl-min-ver TLSv1.2
                http-request return status 200 content-type text/plain string ok

            """);
        using var process = haproxy.Start("-db", "-f", configuration);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Loopback.Accepts(port), Patience) && !process.HasExited, process.All);
        await SeesStaples(port);
    }

    [Fact]
    public async Task A_server_that_staples_nothing_is_asked_about_by_other_ways()
    {
        var server = Certify("plain");
        using var tls = MtlsServer.Start(new MtlsServerOptions { Certificate = server.WithKey(SharedKeys.Of(KeyAlgorithm.EcdsaP256)), ClientAuth = ClientAuthMode.None });
        var status = await ServerInquiry.AskAsync(ConnectionTarget.Parse($"localhost:{tls.Port}"), new ConnectionOptions(), new RevocationOptions());
        Assert.Equal((RevocationState.Good, RevocationSource.Ocsp), (status.Status, status.Source));
        Assert.Equal((FindingId.StapleMissing, FindingSeverity.Information), (Assert.Single(status.Findings).Id, status.Findings[0].Severity));
    }

    /// <summary>By OpenSSL's client and by ours, in both versions of TLS.</summary>
    private async Task SeesStaples(int port)
    {
        var target = ConnectionTarget.Parse($"localhost:{port}");
        foreach (var version in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            if (version == SslProtocols.Tls13 && HandshakeTracer.KeyLogRefusal is not null)
                continue;

            // Servers ask when the first client comes, and that one goes without.
            RevocationStatus? status = null;
            for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end && status?.Source != RevocationSource.Staple; await Task.Delay(20))
                status = await ServerInquiry.AskAsync(target, new ConnectionOptions { TlsVersion = version }, new RevocationOptions { Issuers = [running.Inter.Certificate] });
            Assert.Equal((RevocationState.Good, RevocationSource.Staple), (status!.Status, status.Source));
            Assert.Empty(status.Findings);
        }

        var said = Peer.Require("openssl").Try(["s_client", "-connect", $"127.0.0.1:{port}", "-status", "-servername", "localhost", "-CAfile", running.Root.CertificatePath], "").All;
        Assert.Contains("OCSP Response Status: successful", said, StringComparison.Ordinal);
        Assert.Contains("Cert Status: good", said, StringComparison.Ordinal);
    }

    /// <summary>A server's certificate that names the responder.</summary>
    private MtlsCertificate Certify(string name) => running.Inter.Issue(TestAuthority.Request($"CN={name}", "localhost"), new IssuanceOptions { Profile = IssuanceProfile.Of(CertificateProfile.Server) with { OcspUrls = [running.InterResponder.OcspUrl.AbsoluteUri], CrlUrls = [], IssuerUrls = [] } });

    private (string Certificate, string Key) Pair(string name)
    {
        var certificate = running.Folder.Write($"{name}.crt", Certify(name).ToPem() + running.Inter.Certificate.ToPem());
        var key = running.Folder.At($"{name}.key");
        SharedKeys.Of(KeyAlgorithm.EcdsaP256).Save(key);
        return (certificate, key);
    }

    private string Save(MtlsCertificate certificate) => running.Folder.Write($"{certificate.Name}.crt", certificate.ToPem());
}

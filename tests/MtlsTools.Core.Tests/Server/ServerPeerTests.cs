using MtlsTools.Certificates;
using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Server;

/// <summary>Other implementations as clients: they are let in, or kept out, as the mode says.</summary>
public sealed class ServerPeerTests(LivePki pki) : IClassFixture<LivePki>
{
    private const string Ask = "GET /hello-world.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    public static TheoryData<ClientAuthMode, string, bool> Clients => new()
    {
        { ClientAuthMode.None, "none", true },
        { ClientAuthMode.None, "good", true },
        { ClientAuthMode.Optional, "none", true },
        { ClientAuthMode.Optional, "good", true },
        { ClientAuthMode.Optional, "other CA", false },
        { ClientAuthMode.Required, "none", false },
        { ClientAuthMode.Required, "good", true },
        { ClientAuthMode.Required, "other CA", false },
        { ClientAuthMode.Required, "expired", false },
        { ClientAuthMode.Required, "server only", false },
    };

    [SkippableTheory]
    [MemberData(nameof(Clients))]
    public void Curl(ClientAuthMode mode, string client, bool welcome)
    {
        var curl = Peer.Require("curl");
        using var server = Start(mode);
        foreach (string[] version in new[] { new[] { "--tlsv1.2", "--tls-max", "1.2" }, ["--tlsv1.3"] })
        {
            var result = curl.Try(["-sS", "--noproxy", "*", .. version, $"https://localhost:{server.Port}/hello-world.txt", "--cacert", pki.ServerRoot.CertificatePath, .. Credentials(client, "--cert", "--key")]);

            AssertAnswer(result, welcome, exact: true);
        }

        AssertRecords(server, client, welcome, 2);
    }

    [SkippableFact]
    public void The_tutorial_s_command_lines()
    {
        var curl = Peer.Require("curl");
        using var mutual = Start(ClientAuthMode.Required);
        using var plain = Start(ClientAuthMode.None);
        string[] ca = ["--cacert", pki.ServerRoot.CertificatePath];
        PeerResult Curl(MtlsServer server, params string[] arguments) => curl.Try(["-sS", "--noproxy", "*", $"https://localhost:{server.Port}/hello-world.txt", .. arguments]);

        AssertAnswer(Curl(mutual, [.. ca, .. Credentials("good", "--cert", "--key")]), welcome: true, exact: true);
        AssertAnswer(Curl(plain, ca), welcome: true, exact: true);
        AssertAnswer(Curl(plain, "--insecure"), welcome: true, exact: true);
        AssertAnswer(Curl(mutual, "--insecure"), welcome: false, exact: true);
        AssertAnswer(Curl(mutual, ca), welcome: false, exact: true);

        // Without --cacert the server is not trusted: that is curl's own refusal.
        Assert.Equal(60, Curl(plain).ExitCode);
    }

    [SkippableTheory]
    [MemberData(nameof(Clients))]
    public void OpenSsl(ClientAuthMode mode, string client, bool welcome)
    {
        var openssl = Peer.Require("openssl");
        using var server = Start(mode);
        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
        {
            using var session = openssl.Start(["s_client", version, "-connect", $"127.0.0.1:{server.Port}", "-servername", "localhost", "-CAfile", pki.ServerRoot.CertificatePath, "-verify_hostname", "localhost", "-showcerts", "-ign_eof", .. Credentials(client, "-cert", "-key", "-cert_chain")]);
            session.Send(Ask);
            var result = session.WaitForExit(TimeSpan.FromSeconds(60));

            AssertAnswer(result, welcome, exact: false);
            Assert.Contains(" 1 s:O = Acme, CN = Server Inter", result.All, StringComparison.Ordinal);
            Assert.DoesNotContain(" 2 s:", result.All, StringComparison.Ordinal);
            Assert.DoesNotContain("verify error", result.All, StringComparison.Ordinal);
            Assert.Equal(mode != ClientAuthMode.None, result.All.Contains("Acceptable client certificate CA names\nO = Acme, CN = Client Root", StringComparison.Ordinal));
        }

        AssertRecords(server, client, welcome, 2);
    }

    [SkippableTheory]
    [MemberData(nameof(Clients))]
    public void GnuTls(ClientAuthMode mode, string client, bool welcome)
    {
        var gnutls = Peer.Require("gnutls-cli");
        using var server = Start(mode);
        foreach (var version in new[] { "1.2", "1.3" })
        {
            using var session = gnutls.Start(["--port", $"{server.Port}", "--x509cafile", pki.ServerRoot.CertificatePath, "--priority", $"NORMAL:-VERS-ALL:+VERS-TLS{version}", .. Credentials(client, "--x509certfile", "--x509keyfile"), "localhost"]);
            session.Send(Ask);
            var result = session.WaitForExit(TimeSpan.FromSeconds(60));

            AssertAnswer(result, welcome, exact: false);
            Assert.Contains("The certificate is trusted", result.All, StringComparison.Ordinal);
        }

        AssertRecords(server, client, welcome, 2);
    }

    [SkippableTheory]
    [MemberData(nameof(Clients))]
    public void Python(ClientAuthMode mode, string client, bool welcome)
    {
        var python = Peer.Require("python3");
        Skip.If(python.Try("-c", "import requests").ExitCode != 0, "The Python package 'requests' is not installed; on Debian: apt install python3-requests");
        using var server = Start(mode);
        var pair = Credentials(client, "", "").Where(one => one.Length > 0).Select(one => $"r'{one}'").ToList();

        var result = python.Try("-c", $"import requests; s = requests.Session(); s.trust_env = False; print(s.get('https://localhost:{server.Port}/hello-world.txt', verify=r'{pki.ServerRoot.CertificatePath}'{(pair.Count == 0 ? "" : $", cert=({string.Join(", ", pair)})")}).text, end='')");

        AssertAnswer(result, welcome, exact: true);
        AssertRecords(server, client, welcome, 1);
    }

    [SkippableFact]
    public void Wget() => AssertEach("wget", (url, pair) => ["-q", "-O", "-", "--no-proxy", "--tries", "1", "--ca-certificate", pki.ServerRoot.CertificatePath, .. pair is { } own ? new[] { "--certificate", own.Certificate, "--private-key", own.Key } : [], url], Peer.Require("wget"));

    [SkippableFact]
    public void Node() => AssertEach("Node", (url, pair) => [Peer.Asset("client.js"), .. UrlAndFiles(url, pair)], Peer.Require("node"));

    [SkippableFact]
    public void Go() => AssertEach("Go", (url, pair) => ["get", .. UrlAndFiles(url, pair)], GoPeer.Require());

    [SkippableFact]
    public void Java()
    {
        Skip.IfNot(Peer.Exists("javac"), "Java's compiler is not installed; on Debian: apt install default-jdk-headless");
        AssertEach("Java", (url, pair) => ["-XX:TieredStopAtLevel=1", Peer.Asset("HttpsClient.java"), .. UrlAndFiles(url, pair)], Peer.Require("java"));
    }

    private string[] UrlAndFiles(string url, (string Certificate, string Key)? pair) => [url, pki.ServerRoot.CertificatePath, .. pair is { } own ? new[] { own.Certificate, own.Key } : []];

    /// <summary>The good client is served; one without a certificate and one of another CA are refused, and the record says why.</summary>
    private void AssertEach(string name, Func<string, (string Certificate, string Key)?, string[]> arguments, Peer peer)
    {
        foreach (var (kind, reason) in new[] { ("good", (string?)null), ("none", "The client sent no certificate."), ("other CA", "'other CA' was issued by 'CN=Other Root,O=Acme', which is neither among the trusted CAs") })
        {
            // No CA is named: some clients present nothing when theirs is not on the list.
            using var server = Start(ClientAuthMode.Required, []);
            var client = pki.ClientOf(kind);

            var result = peer.Try(arguments($"https://localhost:{server.Port}/hello-world.txt", client is null ? null : pki.SavePair($"{name} {kind}", client)));

            AssertAnswer(result, welcome: reason is null, exact: true);
            Assert.True(SpinWait.SpinUntil(() => server.Connections.Count > 0, TimeSpan.FromSeconds(30)));
            Assert.All(server.Connections, record =>
            {
                Assert.Equal((reason is null, client), (record.Accepted, record.ClientCertificate));
                Assert.Equal(name == "Java" ? null : "localhost", record.ServerName); // Java names no host without a dot
                Assert.StartsWith(reason ?? "", record.Reason ?? "", StringComparison.Ordinal);
            });
        }
    }

    private MtlsServer Start(ClientAuthMode mode, IReadOnlyList<MtlsCertificate>? announced = null) => MtlsServer.Start(new MtlsServerOptions
    {
        Certificate = pki.Server,
        AcceptableIssuers = announced,
        ClientAuth = mode,
        ClientCas = mode == ClientAuthMode.None ? [] : [pki.ClientRoot.Certificate],
        Content = ServerContent.FromText("mTLS Hello World!\n"),
    });

    private string[] Credentials(string kind, string certificate, string key, string? chain = null)
    {
        if (pki.ClientOf(kind) is not { } client)
            return [];
        var pair = pki.SavePair(kind, client);
        return [certificate, pair.Certificate, key, pair.Key, .. chain is null ? Array.Empty<string>() : [chain, pair.Certificate]];
    }

    private static void AssertAnswer(PeerResult result, bool welcome, bool exact)
    {
        if (exact && welcome)
            Assert.Equal((0, "mTLS Hello World!\n"), (result.ExitCode, result.Output));
        else if (exact)
            Assert.NotEqual(0, result.ExitCode);
        Assert.True(welcome == result.All.Contains("mTLS Hello World!", StringComparison.Ordinal), result.All);
    }

    private void AssertRecords(MtlsServer server, string client, bool welcome, int count)
    {
        Assert.True(SpinWait.SpinUntil(() => server.Accepted + server.Refused >= count, TimeSpan.FromSeconds(30)));
        Assert.Equal(welcome ? (count, 0) : (0, count), (server.Accepted, server.Refused));
        var certificate = server.ClientAuth == ClientAuthMode.None ? null : pki.ClientOf(client);
        foreach (var record in server.Connections)
        {
            Assert.Equal((welcome, certificate?.SerialNumber, certificate?.Subject.ToString()), (record.Accepted, record.ClientSerialNumber, record.ClientSubject));
            Assert.Equal(welcome, record.Reason is null);
            Assert.Equal(welcome ? ("GET /hello-world.txt", 200) : (null, (int?)null), (record.Request, record.Status));
        }
    }
}

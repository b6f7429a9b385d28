using System.Net;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>Through an HTTP proxy.</summary>
public sealed class ProxyTests(LivePki pki) : IClassFixture<LivePki>
{
    [Theory]
    [InlineData(null)]
    [InlineData(StartTlsProtocol.Smtp)]
    public async Task The_client_is_authenticated_end_to_end(StartTlsProtocol? protocol)
    {
        var heard = new List<string>();
        using var proxy = TunnelProxy.Start(heard);
        using var server = ScriptedServer.OnTls(
            pki.Server,
            (tls, token) => ScriptedServer.SayAsync(tls, protocol is { } inside ? StartTlsScripts.Answer(inside) : "HTTP/1.1 200 OK\r\n\r\n", token),
            asks: true,
            before: protocol is { } named ? (tcp, token) => StartTlsScripts.Of(named)(tcp, token) : null);

        var report = await TestAsync($"localhost:{server.Port}", proxy, options => options with { StartTls = protocol });

        Assert.True(report.Success, string.Join('\n', report.Findings));
        Assert.Equal(($"localhost:{server.Port}", true), (report.Target, report.ClientCertificateAccepted));
        Assert.StartsWith($"CONNECT localhost:{server.Port} HTTP/1.1\r\nHost: localhost:{server.Port}\r\n", heard[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", heard[0], StringComparison.Ordinal);
    }

    /// <summary>The proxy looks the name up: it may know names that this machine does not.</summary>
    [Fact]
    public async Task The_name_is_the_proxys_to_resolve()
    {
        var heard = new List<string>();
        using var proxy = TunnelProxy.Start(heard, _ => "HTTP/1.1 502 Bad Gateway\r\n\r\n");

        var report = await TestAsync("intranet.invalid:443", proxy);

        Assert.Equal((ConnectionStage.Proxy, FindingId.ProxyRefused, FindingSide.Network), (report.Stage, Assert.Single(report.Findings).Id, report.Findings[0].Side));
        Assert.StartsWith("CONNECT intranet.invalid:443 ", heard[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_wants_to_know_who_asks()
    {
        var heard = new List<string>();
        var expected = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("jörg:pass:wörd"));
        using var proxy = TunnelProxy.Start(heard, request => request.Contains($"\r\nProxy-Authorization: Basic {expected}\r\n", StringComparison.Ordinal) ? null : "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n");
        using var server = ScriptedServer.OnTls(pki.Server, (tls, token) => ScriptedServer.SayAsync(tls, "HTTP/1.1 200 OK\r\n\r\n", token), asks: true);

        var nobody = await TestAsync($"localhost:{server.Port}", proxy);
        var wrong = await TestAsync($"localhost:{server.Port}", proxy, credential: new NetworkCredential("jörg", "guess"));
        var right = await TestAsync($"localhost:{server.Port}", proxy, credential: new NetworkCredential("jörg", "pass:wörd"));

        Assert.Equal((ConnectionStage.Proxy, FindingId.ProxyAuthenticationRequired, FindingSide.Client), (nobody.Stage, Assert.Single(nobody.Findings).Id, nobody.Findings[0].Side));
        Assert.Equal("Give -ProxyCredential.", nobody.Findings[0].Remedy);
        Assert.Contains("'jörg'", Assert.Single(wrong.Findings).Cause, StringComparison.Ordinal);
        Assert.DoesNotContain("guess", wrong.Findings[0].ToString(), StringComparison.Ordinal);
        Assert.True(right.Success, right.ToString());
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", "403 Forbidden")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP")]
    [InlineData("", "closed the connection")]
    public async Task A_proxy_that_does_not_open_the_way(string answer, string cause)
    {
        using var proxy = TunnelProxy.Start([], _ => answer);

        var report = await TestAsync("localhost:1", proxy);

        Assert.Equal((false, ConnectionStage.Proxy, FindingId.ProxyRefused), (report.Success, report.Stage, Assert.Single(report.Findings).Id));
        Assert.Contains(cause, report.Findings[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_never_ends_its_header_or_never_answers()
    {
        using var endless = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await ScriptedServer.SayAsync(tcp, "HTTP/1.1 200 OK\r\n", token);
            while (true)
                await ScriptedServer.SayAsync(tcp, "X: y\r\n", token);
        });
        using var silent = ScriptedServer.Silent();

        Assert.Equal(FindingId.ProxyRefused, Assert.Single((await TestAsync("localhost:1", endless)).Findings).Id);
        Assert.Equal(FindingId.TimedOut, Assert.Single((await TestAsync("localhost:1", silent, options => options with { Timeout = TimeSpan.FromSeconds(1) })).Findings).Id);
    }

    [Fact]
    public async Task A_proxy_that_does_not_run_is_named_rather_than_the_target()
    {
        var port = Loopback.FreePorts(1)[0];

        var report = await ConnectionTester.TestAsync(ConnectionTarget.Parse("example.invalid"), new ConnectionOptions { Proxy = ProxyOptions.Create($"127.0.0.1:{port}") });

        Assert.Equal((ConnectionStage.Connect, FindingId.ConnectionRefused), (report.Stage, Assert.Single(report.Findings).Id));
        Assert.Contains($"127.0.0.1:{port}", report.Findings[0].Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://proxy:8080")]
    [InlineData("socks5://proxy:1080")]
    [InlineData("http://proxy:8080/path")]
    [InlineData("http://user:hunter2@proxy:8080")]
    [InlineData("user:hunter2@proxy:8080")]
    [InlineData("not a proxy")]
    [InlineData("")]
    public void An_address_that_is_no_proxy_is_an_error_that_tells_no_password(string address)
    {
        var error = Assert.Throws<InputException>(() => ProxyOptions.Create(address));

        Assert.Equal(ErrorCode.ProxyInvalid, error.Code);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Through_tinyproxy()
    {
        var tinyproxy = Peer.Require("tinyproxy");
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePorts(1)[0];
        using var server = ScriptedServer.OnTls(pki.Server, (tls, token) => ScriptedServer.SayAsync(tls, "HTTP/1.1 200 OK\r\n\r\n", token), asks: true);
        var configuration = folder.Write("tinyproxy.conf", $"Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\nBasicAuth alice secret\nConnectPort {server.Port}\n");
        using var process = tinyproxy.Start("-d", "-c", configuration);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || Loopback.Accepts(port), TimeSpan.FromSeconds(30)) && !process.HasExited, process.All);
        var proxy = ProxyOptions.Create($"http://127.0.0.1:{port}", new NetworkCredential("alice", "secret"));

        var good = await ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), Options(proxy));
        var nobody = await ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), Options(ProxyOptions.Create($"127.0.0.1:{port}")));
        var forbidden = await ConnectionTester.TestAsync(ConnectionTarget.Parse("localhost:1"), Options(proxy));

        Assert.True(good.Success, string.Join('\n', good.Findings));
        Assert.Equal(FindingId.ProxyAuthenticationRequired, Assert.Single(nobody.Findings).Id);
        Assert.Equal(FindingId.ProxyRefused, Assert.Single(forbidden.Findings).Id);
    }

    private ConnectionOptions Options(ProxyOptions proxy) => new() { Certificate = pki.Client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30), Proxy = proxy };

    private Task<ConnectionReport> TestAsync(string target, ScriptedServer proxy, Func<ConnectionOptions, ConnectionOptions>? change = null, NetworkCredential? credential = null)
    {
        var options = Options(ProxyOptions.Create($"http://127.0.0.1:{proxy.Port}", credential));
        return ConnectionTester.TestAsync(ConnectionTarget.Parse(target), change?.Invoke(options) ?? options);
    }
}

using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>Whatever the other side does, the answer is a report that says at which stage and on whose side.</summary>
public sealed class ConnectionFailureTests(LivePki pki) : IClassFixture<LivePki>
{
    [Fact]
    public async Task A_name_without_an_address()
    {
        var report = await ConnectionTester.TestAsync(ConnectionTarget.Parse("nosuchhost.invalid:443"), Options());

        AssertFailed(report, ConnectionStage.Resolve, FindingId.NameNotResolved, FindingSide.Network);
        Assert.Equal((null, null, null), (report.ServerTrusted, report.ClientCertificateRequested, report.Protocol));
        Assert.Equal(ClientAuthentication.Unknown, report.ClientAuth);
    }

    [Fact]
    public async Task A_port_where_nothing_listens()
    {
        var report = await ConnectionTester.TestAsync(ConnectionTarget.Parse($"127.0.0.1:{Loopback.FreePorts(1)[0]}"), Options());

        AssertFailed(report, ConnectionStage.Connect, FindingId.ConnectionRefused, FindingSide.Server);
    }

    [SkippableFact]
    public async Task A_port_that_drops_what_comes()
    {
        using var full = FullQueue();

        var report = await ConnectionTester.TestAsync(full.Target, Options(TimeSpan.FromSeconds(1)));

        AssertFailed(report, ConnectionStage.Connect, FindingId.TimedOut, FindingSide.Network);
    }

    [Fact]
    public async Task A_server_that_never_says_a_word()
    {
        using var server = ScriptedServer.Silent();

        AssertFailed(await TestAsync(server, Options(TimeSpan.FromSeconds(1))), ConnectionStage.Handshake, FindingId.TimedOut, FindingSide.Server);
        AssertFailed(await TestAsync(server, Options(TimeSpan.FromSeconds(1)) with { Certificate = pki.Client, ExpectRejection = true }), ConnectionStage.Handshake, FindingId.TimedOut, FindingSide.Server);
    }

    [Fact]
    public async Task A_server_that_shakes_hands_and_never_answers()
    {
        using var server = ScriptedServer.OnTls(pki.Server, (_, token) => Task.Delay(Timeout.Infinite, token));

        var report = await TestAsync(server, Options(TimeSpan.FromSeconds(2)));

        AssertFailed(report, ConnectionStage.Application, FindingId.TimedOut, FindingSide.Server);
        Assert.True(report.ServerTrusted);
    }

    [Theory]
    [InlineData("220 mail.example.com ESMTP\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task A_server_that_speaks_something_else(string greeting)
    {
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await tcp.WriteAsync(System.Text.Encoding.ASCII.GetBytes(greeting), token);
            await ScriptedServer.HearAsync(tcp, token);
        });

        foreach (var options in new[] { Options(), Options() with { Certificate = pki.Client } })
            AssertFailed(await TestAsync(server, options), ConnectionStage.Handshake, FindingId.NotTls, FindingSide.Server);
    }

    [Theory]
    [InlineData(99, 99)]
    [InlineData(22, 3, 3, 255, 255)]
    [InlineData(22, 3, 3, 1, 0, 2, 255, 255, 255)]
    public async Task A_server_that_sends_endless_garbage(params int[] start)
    {
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await tcp.WriteAsync(start.Select(one => (byte)one).ToArray(), token);
            while (true)
                await tcp.WriteAsync(RandomNumberGenerator.GetBytes(1000), token);
        });

        // Which of the two it is depends on how much of it is looked at before the platform gives up.
        var report = await TestAsync(server, Options());
        Assert.Equal((false, ConnectionStage.Handshake), (report.Success, report.Stage));
        Assert.Contains(Assert.Single(report.Findings).Id, new[] { FindingId.NotTls, FindingId.HandshakeFailed });
    }

    [Theory]
    [InlineData(new byte[] { 22, 3, 3, 0, 4, 99, 99, 99, 99 })]
    [InlineData(new byte[] { 23, 3, 3, 0, 2, 1, 1 })]
    public async Task A_server_that_only_looks_like_TLS(byte[] bytes)
    {
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await tcp.WriteAsync(bytes, token);
            await ScriptedServer.HearAsync(tcp, token);
        });

        AssertFailed(await TestAsync(server, Options()), ConnectionStage.Handshake, FindingId.HandshakeFailed, FindingSide.Unknown);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_closes_at_once(bool readsFirst)
    {
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            if (readsFirst)
                await ScriptedServer.HearAsync(tcp, token);
        });

        foreach (var options in new[] { Options(), Options() with { Certificate = pki.Client }, Options() with { Certificate = pki.Client, ExpectRejection = true } })
            AssertFailed(await TestAsync(server, options), ConnectionStage.Handshake, FindingId.NetworkFailed, FindingSide.Network);
    }

    [Theory]
    [InlineData(70, FindingId.NoCommonTlsVersion, FindingSide.Unknown)]
    [InlineData(40, FindingId.NoCommonTlsVersion, FindingSide.Unknown)]
    [InlineData(112, FindingId.TlsAlert, FindingSide.Server)]
    [InlineData(80, FindingId.TlsAlert, FindingSide.Server)]
    public async Task A_server_that_ends_the_handshake_with_an_alert(byte alert, FindingId id, FindingSide side)
    {
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await ScriptedServer.HearAsync(tcp, token);
            await tcp.WriteAsync(new byte[] { 21, 3, 3, 0, 2, 2, alert }, token);
        });

        foreach (var options in new[] { Options(), Options() with { Certificate = pki.Client } })
        {
            var report = await TestAsync(server, options);

            AssertFailed(report, ConnectionStage.Handshake, id, side);
            Assert.Equal(alert, report.Alert?.Number);
        }
    }

    [Fact]
    public async Task A_server_that_closes_after_the_handshake()
    {
        using var server = ScriptedServer.OnTls(pki.Server, (_, _) => Task.CompletedTask);

        AssertFailed(await TestAsync(server, Options()), ConnectionStage.Application, FindingId.ClosedWithoutAnswer, FindingSide.Server);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "x", 400, FindingId.UnexpectedHttpStatus)]
    [InlineData("HTTP/1.1 400 Bad Request\r\nX: ", "y", 400, FindingId.UnexpectedHttpStatus)]
    [InlineData("HTTP/1.1 ", "z", null, FindingId.NotHttp)]
    [InlineData("hello ", "z", null, FindingId.NotHttp)]
    public async Task An_endless_answer_is_cut_off(string start, string rest, int? status, FindingId id)
    {
        using var server = ScriptedServer.OnTls(pki.Server, async (tls, token) =>
        {
            await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(start), token);
            while (true)
                await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(rest + rest), token);
        });

        var report = await TestAsync(server, Options());

        Assert.Equal((true, ConnectionStage.Done, status), (report.Success, report.Stage, report.HttpStatus));
        Assert.Equal((id, FindingSeverity.Information), (Assert.Single(report.Findings).Id, report.Findings[0].Severity));
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 404)]
    [InlineData("HTTP/1.1 500 Oops\r\n", 500)]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}", 400)]
    public async Task An_answer_counts_also_where_the_server_keeps_the_connection_open(string answer, int status)
    {
        using var server = ScriptedServer.OnTls(pki.Server, async (tls, token) =>
        {
            await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), token);
            await Task.Delay(Timeout.Infinite, token);
        });

        var report = await TestAsync(server, Options(TimeSpan.FromSeconds(2)));

        Assert.Equal((true, ConnectionStage.Done, status), (report.Success, report.Stage, report.HttpStatus));
    }

    [Fact]
    public async Task Stopped_before_it_begins()
    {
        var stopped = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ConnectionTester.TestAsync(ConnectionTarget.Parse("nosuchhost.invalid"), Options(), stopped));
    }

    [SkippableFact]
    public async Task Stopped_while_connecting()
    {
        using var full = FullQueue();
        using var stop = new CancellationTokenSource();

        var test = ConnectionTester.TestAsync(full.Target, Options(), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test);
    }

    [Fact]
    public async Task Stopped_during_the_handshake()
    {
        using var stop = new CancellationTokenSource();
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await ScriptedServer.HearAsync(tcp, token);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TestAsync(server, Options(), stop.Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    public async Task Stopped_while_the_answer_is_awaited(string begun)
    {
        using var stop = new CancellationTokenSource();
        using var server = ScriptedServer.OnTls(pki.Server, async (tls, token) =>
        {
            await ScriptedServer.HearAsync(tls, token);
            await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(begun), token);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TestAsync(server, Options(), stop.Token));
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_an_error_and_no_report()
    {
        var keyless = MtlsCertificate.Create(pki.Client.X509);

        var error = await Assert.ThrowsAsync<KeyException>(() => ConnectionTester.TestAsync(ConnectionTarget.Parse("127.0.0.1:1"), Options() with { Certificate = keyless }));

        Assert.Equal(ErrorCode.KeyRequired, error.Code);
    }

    private static FullListener FullQueue()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux drops connections beyond a listener's queue.");
        return new FullListener();
    }

    private ConnectionOptions Options(TimeSpan? timeout = null) => new() { TrustedCas = [pki.ServerRoot.Certificate], Timeout = timeout ?? TimeSpan.FromSeconds(30) };

    private static Task<ConnectionReport> TestAsync(ScriptedServer server, ConnectionOptions options, CancellationToken cancellation = default) =>
        ConnectionTester.TestAsync(ConnectionTarget.Parse($"127.0.0.1:{server.Port}"), options, cancellation);

    private static void AssertFailed(ConnectionReport report, ConnectionStage stage, FindingId id, FindingSide side)
    {
        Assert.False(report.Success);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((stage, id, side, FindingSeverity.Error), (report.Stage, finding.Id, finding.Side, finding.Severity));
        Assert.Null(report.ClientCertificateAccepted);
        Assert.NotEmpty(finding.Remedy);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>One tester for many targets, and the options that change what is asked or expected.</summary>
public sealed class ConnectionTesterTests(LivePki pki) : IClassFixture<LivePki>
{
    [Fact]
    public async Task One_tester_serves_many_targets_at_a_time()
    {
        using var good = Server();
        using var closed = ScriptedServer.OnTls(pki.Server, (_, _) => Task.CompletedTask, asks: true);
        using var tester = ConnectionTester.Create(Options());

        var reports = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => tester.TestAsync(Target(i % 3 == 0 ? closed : good, i % 2 == 0 ? "localhost" : "127.0.0.1"))));

        Assert.All(reports.Where((_, i) => i % 3 != 0), report => Assert.True(report is { Success: true, ClientCertificateAccepted: true }, report.ToString()));
        Assert.All(reports.Where((_, i) => i % 3 == 0), report => Assert.Equal((false, ConnectionStage.ClientAuthentication), (report.Success, report.Stage)));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Only_the_versions_that_were_named_are_offered(SslProtocols version)
    {
        using var server = Server();
        using var other = Server(version ^ SslProtocols.Tls12 ^ SslProtocols.Tls13);

        Assert.Equal(version, (await TestAsync(server, options => options with { TlsVersion = version })).Protocol);
        Assert.Equal(FindingId.NoCommonTlsVersion, Assert.Single((await TestAsync(other, options => options with { TlsVersion = version })).Findings).Id);
    }

    [Fact]
    public async Task A_server_that_comes_up_meanwhile_is_found_by_trying_again()
    {
        var port = Loopback.FreePorts(1)[0];
        var options = Options() with { Protocol = ApplicationProtocol.Raw };
        var test = ConnectionTester.TestAsync(ConnectionTarget.Parse($"127.0.0.1:{port}"), options with { Retries = 20 });
        await Task.Delay(100);
        using var late = new TcpListener(IPAddress.Loopback, port);
        late.Start();
        using var socket = await late.AcceptSocketAsync();
        await using var tls = new System.Net.Security.SslStream(new NetworkStream(socket));
        using var identity = TlsIdentity.Create(pki.Server);
        await tls.AuthenticateAsServerAsync(new System.Net.Security.SslServerAuthenticationOptions { ServerCertificateContext = identity.Context });
        await tls.WriteAsync("hello"u8.ToArray());

        var report = await test;

        Assert.Equal((ConnectionStage.Done, true), (report.Stage, report.Attempts > 1));
    }

    [Fact]
    public async Task What_stays_as_it_is_is_not_tried_again()
    {
        using var refusing = ScriptedServer.OnTls(pki.Server, (_, _) => Task.CompletedTask, asks: true);
        using var wrong = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await ScriptedServer.SayAsync(tcp, "220 mail\r\n", token);
            await ScriptedServer.HearAsync(tcp, token);
        });
        using var closing = ScriptedServer.OnTcp((_, _) => Task.CompletedTask);

        Assert.Equal(1, (await TestAsync(refusing, options => options with { Retries = 3 })).Attempts);
        Assert.Equal(1, (await TestAsync(wrong, options => options with { Retries = 3 })).Attempts);
        Assert.Equal((2, 2), ((await TestAsync(closing, options => options with { Retries = 1 })).Attempts, closing.Connections));
        Assert.Equal((2, 1), (refusing.Connections, wrong.Connections));
    }

    [Theory]
    [InlineData("ClientCertificateUntrusted", true)]
    [InlineData("clientcertificateuntrusted", true)]
    [InlineData("unknown_ca", true)]
    [InlineData("48", true)]
    [InlineData("ClientCertificateExpired", false)]
    [InlineData("certificate_expired", false)]
    [InlineData("400", false)]
    public async Task A_refusal_counts_for_the_right_reason_alone(string reason, bool success)
    {
        using var server = OpenSslServer.Start(pki.SavePair("server", pki.Server), "-www", "-CAfile", pki.ClientRoot.CertificatePath, "-Verify", "2", "-verify_return_error");

        var report = await ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), Options() with { Certificate = pki.ClientOf("other CA"), RejectionReasons = [RejectionReason.Parse(reason)] });

        Assert.Equal((success, ConnectionStage.ClientAuthentication), (report.Success, report.Stage));
        Assert.Equal(!success, report.Findings.Any(finding => finding.Id == FindingId.RejectedForAnotherReason));
        Assert.All(report.Findings.Where(finding => finding.Id != FindingId.RejectedForAnotherReason), finding => Assert.Equal(FindingSeverity.Information, finding.Severity));
    }

    [Fact]
    public async Task A_reason_implies_that_a_refusal_is_expected()
    {
        using var server = Server();

        var report = await TestAsync(server, options => options with { RejectionReasons = [RejectionReason.Parse("unknown_ca")] });

        Assert.Equal((false, FindingId.AcceptedUnexpectedly), (report.Success, Assert.Single(report.Findings).Id));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("alert")]
    [InlineData("-1")]
    [InlineData("9999")]
    public void What_is_no_reason_is_an_error(string text) => Assert.Equal(ErrorCode.RejectionReasonInvalid, Assert.Throws<InputException>(() => RejectionReason.Parse(text)).Code);

    [Theory]
    [InlineData(false, true, null)]
    [InlineData(true, false, FindingId.CertificateRevoked)]
    public async Task A_revoked_server_is_not_trusted(bool revoked, bool success, FindingId? finding)
    {
        using var server = Server();
        var lists = CertificateRevocationList.ReadFile(pki.SaveCrl($"inter{revoked}.crl", pki.ServerInter, revoked ? [pki.Server] : []));

        var report = await TestAsync(server, options => options with { Crls = lists, CrlScope = CrlScope.Leaf });
        var uncovered = await TestAsync(server, options => options with { Crls = lists });

        Assert.Equal((success, success), (report.Success, report.ServerTrusted));
        Assert.Equal(finding is { } id ? [id] : [], report.Findings.Select(one => one.Id));
        Assert.Contains(uncovered.Findings, one => one.Id == FindingId.CrlMissing);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_list_that_the_certificate_names_is_asked(bool revoked)
    {
        Skip.If(OperatingSystem.IsMacOS(), "macOS asks for lists over HTTPS alone.");
        using var folder = new TemporaryFolder();
        byte[]? list = null;
        using var lists = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await ScriptedServer.HearAsync(tcp, token);
            await ScriptedServer.SayAsync(tcp, list is null ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" : $"HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length: {list.Length}\r\nConnection: close\r\n\r\n", token);
            await tcp.WriteAsync(list, token);
        });
        var ca = TestAuthority.Create(folder, "Listed", change: options => options with { CrlUrls = [$"http://127.0.0.1:{lists.Port}/{Guid.NewGuid():N}.crl"], NotBefore = DateTimeOffset.UtcNow.AddDays(-60) });
        var certificate = LivePki.Issue("localhost", ca, CertificateProfile.Server, "localhost");
        using var server = ScriptedServer.OnTls(certificate, (tls, token) => ScriptedServer.SayAsync(tls, "HTTP/1.1 200 OK\r\n\r\n", token));
        var options = new ConnectionOptions { TrustedCas = [ca.Certificate], Timeout = TimeSpan.FromSeconds(30), RevocationMode = X509RevocationMode.Online };

        var missing = await ConnectionTester.TestAsync(Target(server), options);
        list = PemBlock.ReadAll(await File.ReadAllBytesAsync(pki.SaveCrl($"listed{revoked}.crl", ca, revoked ? [certificate] : [])))[0].Data.ToArray();
        var report = await ConnectionTester.TestAsync(Target(server), options);

        Assert.Equal((ConnectionStage.Handshake, false, FindingId.CrlMissing), (missing.Stage, missing.ServerTrusted, Assert.Single(missing.Findings).Id));
        Assert.Equal((!revoked, !revoked), (report.Success, report.ServerTrusted));
        Assert.Equal(revoked ? [FindingId.CertificateRevoked] : [], report.Findings.Select(finding => finding.Id));
    }

    [Fact]
    public async Task The_systems_trust_counts_beside_the_named_CAs_when_asked_for()
    {
        using var server = Server();
        foreach (var system in new[] { false, true })
        {
            Assert.True((await TestAsync(server, options => options with { UseSystemTrust = system })).Success);
            var report = await TestAsync(server, options => options with { UseSystemTrust = system, TrustedCas = [pki.ClientRoot.Certificate] });
            Assert.False(report.ServerTrusted);
            Assert.Equal(system && SystemTrust.Roots().Any(), report.Findings[0].Cause.Contains(" of them)", StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public async Task An_address_that_keeps_silent_does_not_hold_up_the_next_one()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux answers on all of 127.0.0.0/8, and drops connections beyond a listener's queue.");
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var silent = new FullListener(new IPEndPoint(IPAddress.Loopback, port));
        var clock = Stopwatch.StartNew();

        using var socket = await Dialler.ConnectAsync([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")], port, default);

        Assert.Equal(IPAddress.Parse("127.0.0.2"), ((IPEndPoint)socket.RemoteEndPoint!).Address);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public async Task The_last_failure_is_told_when_no_address_answers()
    {
        var port = Loopback.FreePorts(1)[0];

        var error = await Assert.ThrowsAsync<SocketException>(() => Dialler.ConnectAsync([IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Loopback], port, default));

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    private static ConnectionTarget Target(ScriptedServer server, string host = "localhost") => ConnectionTarget.Parse($"{host}:{server.Port}");

    private ScriptedServer Server(SslProtocols versions = SslProtocols.Tls12 | SslProtocols.Tls13) => ScriptedServer.OnTls(
        pki.Server,
        (tls, token) => ScriptedServer.SayAsync(tls, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", token),
        versions,
        asks: true);

    private ConnectionOptions Options() => new() { Certificate = pki.Client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) };

    private Task<ConnectionReport> TestAsync(ScriptedServer server, Func<ConnectionOptions, ConnectionOptions> change) => ConnectionTester.TestAsync(Target(server), change(Options()));
}

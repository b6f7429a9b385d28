using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Server;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Server;

/// <summary>Each scenario has its fault and no other, as other implementations see it.</summary>
public sealed class ServerScenarioTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<ServerScenario, FindingId, int> Faulty => new()
    {
        // the numbers are OpenSSL's X509_V_ERR_…
        { ServerScenario.ExpiredCertificate, FindingId.CertificateExpired, 10 },
        { ServerScenario.NotYetValidCertificate, FindingId.CertificateNotYetValid, 9 },
        { ServerScenario.WrongHost, FindingId.HostNameMismatch, 62 },
        { ServerScenario.WrongPurpose, FindingId.WrongPurpose, 26 },
        { ServerScenario.SelfSigned, FindingId.RootNotTrusted, 18 },
        { ServerScenario.UntrustedCa, FindingId.IssuerKeyDiffers, 20 },
        { ServerScenario.MissingIntermediate, FindingId.IssuerNotFound, 20 },
    };

    [SkippableTheory]
    [MemberData(nameof(Faulty))]
    public async Task A_faulty_certificate_has_this_fault_alone(ServerScenario scenario, FindingId fault, int openSslError)
    {
        var openssl = Peer.Require("openssl");
        using var server = Start(scenario);
        var report = await TestAsync(server, server.ScenarioCa!);

        Assert.Equal([fault], report.Findings.Select(finding => finding.Id).Where(id => id != FindingId.PlatformDiffers));
        Assert.Equal(server.Certificate, report.ServerCertificate);
        Assert.Equal(pki.Server.Subject.ToString(), server.Certificate.Subject.ToString());
        var said = openssl.Try(["s_client", "-connect", $"127.0.0.1:{server.Port}", "-servername", "localhost", "-verify_hostname", "localhost", "-CAfile", pki.Save($"{scenario}.crt", server.ScenarioCa!)], "").All;
        Assert.Contains($"verify error:num={openSslError}:", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_client_that_refuses_the_certificate_is_recorded_with_its_alert()
    {
        var curl = Peer.Require("curl");
        using var server = Start(ServerScenario.ExpiredCertificate);

        var result = curl.Try("-sS", "--noproxy", "*", "--cacert", pki.Save("expired-ca.crt", server.ScenarioCa!), server.Uri.ToString());

        Assert.Equal(60, result.ExitCode);
        var record = await server.ReceiveAsync(Patience);
        Assert.Equal((false, 45, "The client refused this server or gave up, with the alert certificate_expired (45)."), (record.Accepted, record.Alert?.Number, record.Reason));
    }

    [Fact]
    public async Task Without_a_scenario_nothing_is_wrong()
    {
        using var server = Start(ServerScenario.None);

        Assert.True((await TestAsync(server, pki.ServerRoot.Certificate)).Success);
        Assert.Null(server.ScenarioCa);
        Assert.Equal(pki.Server, server.Certificate);
    }

    [Theory]
    [InlineData(ServerScenario.Tls12Only, null)]
    [InlineData(ServerScenario.PlainHttp, FindingId.NotTls)]
    [InlineData(ServerScenario.DropBeforeAnswer, FindingId.ClosedWithoutAnswer)]
    public async Task Other_misbehaviour_is_what_it_says(ServerScenario scenario, FindingId? fault)
    {
        using var server = Start(scenario);

        var report = await TestAsync(server, pki.ServerRoot.Certificate);

        Assert.Equal(fault is { } id ? [id] : [], report.Findings.Select(finding => finding.Id));
        Assert.Equal(scenario == ServerScenario.Tls12Only ? System.Security.Authentication.SslProtocols.Tls12 : scenario == ServerScenario.PlainHttp ? null : System.Security.Authentication.SslProtocols.Tls13, report.Protocol);
        Assert.Equal(fault is null ? null : $"The scenario {scenario} left the client without an answer.", (await server.ReceiveAsync(Patience)).Reason);
    }

    [Fact]
    public async Task A_dropped_connection_shows_no_handshake()
    {
        using var server = Start(ServerScenario.DropBeforeHandshake);

        var report = await TestAsync(server, pki.ServerRoot.Certificate);

        Assert.Equal((false, ConnectionStage.Handshake), (report.Success, report.Stage));
        Assert.Null(report.ServerCertificate);
    }

    [Fact]
    public async Task A_truncated_answer_breaks_off()
    {
        using var server = Start(ServerScenario.TruncatedAnswer);

        var answer = await RawTls.TryAskAsync(server.Port);

        Assert.Contains("Content-Length: 10\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n01234", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_answer_comes_octet_by_octet()
    {
        using var server = Start(ServerScenario.Slow);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.EndsWith("\r\n\r\n0123456789", await RawTls.TryAskAsync(server.Port), StringComparison.Ordinal);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.8, 20);
    }

    [Fact]
    public async Task A_silent_server_never_answers_and_lets_go_of_a_client_that_leaves()
    {
        using var server = Start(ServerScenario.Silent, TimeSpan.FromSeconds(1));
        using (var client = await RawTls.ConnectAsync(server.Port))
        {
            var answer = client.AskAsync("GET / HTTP/1.1\r\n\r\n");
            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(2)));
            Assert.False(answer.IsCompleted); // longer than the server gives clients for anything else
        }

        Assert.False((await server.ReceiveAsync(Patience)).Accepted);
    }

    private MtlsServer Start(ServerScenario scenario, TimeSpan? timeout = null) => MtlsServer.Start(new MtlsServerOptions
    {
        Certificate = pki.Server,
        ClientAuth = ClientAuthMode.None,
        Scenario = scenario,
        Content = ServerContent.FromText("0123456789"),
        Timeout = timeout ?? TimeSpan.FromSeconds(10),
    });

    private static Task<ConnectionReport> TestAsync(MtlsServer server, MtlsCertificate ca) =>
        ConnectionTester.TestAsync(ConnectionTarget.Parse($"https://localhost:{server.Port}/"), new ConnectionOptions { TrustedCas = [ca] });
}

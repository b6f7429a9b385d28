using System.Net.Security;
using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>What is said inside TLS, and what the answers prove.</summary>
public sealed class ApplicationProtocolTests(LivePki pki) : IClassFixture<LivePki>
{
    public static TheoryData<ApplicationProtocol, string, bool, FindingId?> Answers => new()
    {
        { ApplicationProtocol.Mqtt, "\x20\x02\x00\x00", true, null },
        { ApplicationProtocol.Mqtt, "\x20\x02\x00\x05", false, FindingId.ClientCertificateRejected },
        { ApplicationProtocol.Mqtt, "\x20\x03\x00\x87\x00", false, FindingId.ClientCertificateRejected },
        { ApplicationProtocol.Mqtt, "\x20\x02\x00\x03", true, FindingId.ApplicationError },
        { ApplicationProtocol.PostgreSql, "R\x00\x00\x00\x08\x00\x00\x00\x00", true, null },
        { ApplicationProtocol.PostgreSql, "R\x00\x00\x00\x17\x00\x00\x00\x0aSCRAM-SHA-256\0\0", true, null },
        { ApplicationProtocol.PostgreSql, "E\x00\x00\x00\x3cSFATAL\0C28000\0Mconnection requires a valid client cert\0\0", false, FindingId.ClientCertificateRejected },
        { ApplicationProtocol.PostgreSql, "E\x00\x00\x00\x30SFATAL\0C3D000\0Mdatabase \"x\" does not exist\0\0", true, FindingId.ApplicationError },
        { ApplicationProtocol.Raw, "* OK imap here\r\n", true, null },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_is_read_as_what_it_says(ApplicationProtocol protocol, string answer, bool success, FindingId? finding)
    {
        using var server = Server(protocol, (tls, token) => ScriptedServer.SayAsync(tls, answer, token));

        var report = await TestAsync(server, options => options with { Protocol = protocol });

        Assert.Equal(success, report.Success);
        Assert.Equal(success, report.ClientCertificateAccepted);
        Assert.Equal(finding is { } id ? [id] : [], report.Findings.Select(one => one.Id));
    }

    [Theory]
    [InlineData(ApplicationProtocol.Mqtt, "HTTP/1.1 400 Bad Request\r\n\r\n", FindingId.UnexpectedAnswer)]
    [InlineData(ApplicationProtocol.PostgreSql, "HTTP/1.1 400 Bad Request\r\n\r\n", FindingId.UnexpectedAnswer)]
    [InlineData(ApplicationProtocol.Http, "220 mail.example.com\r\n", FindingId.NotHttp)]
    public async Task A_protocol_that_was_named_must_be_spoken(ApplicationProtocol protocol, string answer, FindingId finding)
    {
        using var server = Server(protocol, (tls, token) => ScriptedServer.SayAsync(tls, answer, token));

        var report = await TestAsync(server, options => options with { Protocol = protocol });

        Assert.Equal((false, ConnectionStage.Done, true), (report.Success, report.Stage, report.ClientCertificateAccepted));
        Assert.Equal((finding, FindingSeverity.Error), (Assert.Single(report.Findings).Id, report.Findings[0].Severity));
    }

    [Fact]
    public async Task A_silent_server_proves_nothing_but_that_it_did_not_refuse()
    {
        using var server = Server(ApplicationProtocol.Raw, (_, token) => Task.Delay(Timeout.Infinite, token));

        foreach (var timeout in new[] { 1, 30 })
        {
            var report = await TestAsync(server, options => options with { Protocol = ApplicationProtocol.Raw, Timeout = TimeSpan.FromSeconds(timeout) });
            Assert.Equal((true, ConnectionStage.Done, true, null), (report.Success, report.Stage, report.ClientCertificateSent, report.ClientCertificateAccepted));
            Assert.Equal((FindingId.AcceptanceNotProved, FindingSeverity.Information), (Assert.Single(report.Findings).Id, report.Findings[0].Severity));
        }

        Assert.Equal(FindingId.AcceptedUnexpectedly, Assert.Single((await TestAsync(server, options => options with { Protocol = ApplicationProtocol.Raw, ExpectRejection = true })).Findings).Id);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_server_that_closes_at_once_has_refused_whatever_the_protocol(SslProtocols version)
    {
        using var server = ScriptedServer.OnTls(pki.Server, (_, _) => Task.CompletedTask, version, asks: true);

        foreach (var protocol in new[] { ApplicationProtocol.Raw, ApplicationProtocol.Mqtt })
        {
            var report = await TestAsync(server, options => options with { Protocol = protocol });
            Assert.Equal((false, ConnectionStage.ClientAuthentication, false), (report.Success, report.Stage, report.ClientCertificateAccepted));
        }
    }

    [Fact]
    public async Task The_user_of_a_database_is_in_the_target_or_in_the_certificate()
    {
        var heard = new List<string>();
        using var server = Server(ApplicationProtocol.PostgreSql, async (tls, token) =>
        {
            heard.Add(await ScriptedServer.HearAsync(tls, token));
            await ScriptedServer.SayAsync(tls, "R\x00\x00\x00\x08\x00\x00\x00\x00", token);
        });

        foreach (var target in new[] { $"localhost:{server.Port}", $"app%20user@localhost:{server.Port}/orders" })
            await ConnectionTester.TestAsync(ConnectionTarget.Parse(target), Options() with { Protocol = ApplicationProtocol.PostgreSql });

        Assert.Equal("\0\0\0\x40\0\x03\0\0user\0client\0database\0client\0application_name\0MtlsTools\0\0", heard[0]);
        Assert.Contains("user\0app user\0database\0orders\0", heard[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_sent_as_it_was_asked_for()
    {
        var heard = "";
        using var server = Server(ApplicationProtocol.Http, async (tls, token) =>
        {
            heard = await ScriptedServer.HearAsync(tls, token);
            await ScriptedServer.SayAsync(tls, "HTTP/1.1 204 No Content\r\n\r\n", token);
        });
        var probe = new HttpProbe { Method = "POST", Path = "/health?deep=1", Headers = [new("X-Api-Key", "k"), new("host", "api.example.com")], ExpectedStatus = [200, 204] };

        var report = await TestAsync(server, options => options with { Http = probe });

        Assert.True(report.Success, report.ToString());
        Assert.StartsWith("POST /health?deep=1 HTTP/1.1\r\n", heard, StringComparison.Ordinal);
        Assert.Contains("\r\nX-Api-Key: k\r\n", heard, StringComparison.Ordinal);
        Assert.Contains("\r\nhost: api.example.com\r\n", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nHost:", heard, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 0\r\n", heard, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, true, null)]
    [InlineData(503, false, FindingId.UnexpectedHttpStatus)]
    [InlineData(403, true, null)]
    [InlineData(401, false, FindingId.ClientCertificateRejected)]
    public async Task A_status_that_was_not_expected_is_a_failure(int status, bool success, FindingId? finding)
    {
        using var server = Server(ApplicationProtocol.Http, (tls, token) => ScriptedServer.SayAsync(tls, $"HTTP/1.1 {status} Word\r\nContent-Length: 0\r\n\r\n", token));

        var report = await TestAsync(server, options => options with { Http = new HttpProbe { ExpectedStatus = [200, 403] } });

        Assert.Equal((success, status), (report.Success, report.HttpStatus));
        Assert.Equal(finding is { } id ? [id] : [], report.Findings.Select(one => one.Id));
    }

    [Theory]
    [InlineData("X Y", "z", "/", ErrorCode.HeaderInvalid)]
    [InlineData("", "z", "/", ErrorCode.HeaderInvalid)]
    [InlineData("X", "z\r\nEvil: 1", "/", ErrorCode.HeaderInvalid)]
    [InlineData("X", "\u20AC", "/", ErrorCode.HeaderInvalid)]
    [InlineData("X", "z", "health", ErrorCode.TargetInvalid)]
    [InlineData("X", "z", "/a b", ErrorCode.TargetInvalid)]
    [InlineData("X", "z", "/a\r\nEvil: 1", ErrorCode.TargetInvalid)]
    public async Task What_can_not_be_sent_is_an_error_before_anything_is_sent(string name, string value, string path, ErrorCode code)
    {
        using var server = ScriptedServer.Silent();

        var error = await Assert.ThrowsAsync<InputException>(() => TestAsync(server, options => options with { Http = new HttpProbe { Headers = [new(name, value)], Path = path } }));

        Assert.Equal((code, 0), (error.Code, server.Connections));
    }

    private ScriptedServer Server(ApplicationProtocol protocol, Func<SslStream, CancellationToken, Task> script) => ScriptedServer.OnTls(
        pki.Server,
        script,
        asks: true,
        before: protocol == ApplicationProtocol.PostgreSql ? (tcp, token) => StartTlsScripts.Of(StartTlsProtocol.PostgreSql)(tcp, token) : null);

    private ConnectionOptions Options() => new() { Certificate = pki.Client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) };

    private Task<ConnectionReport> TestAsync(ScriptedServer server, Func<ConnectionOptions, ConnectionOptions> change) =>
        ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), change(Options()));
}

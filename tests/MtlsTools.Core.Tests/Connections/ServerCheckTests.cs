using System.Net.Security;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>The server is judged first, and a server that fails is told nothing.</summary>
public sealed class ServerCheckTests(LivePki pki) : IClassFixture<LivePki>
{
    [Theory]
    [InlineData("good", "localhost", null)]
    [InlineData("good", "127.0.0.1", null)]
    [InlineData("without its intermediate", "localhost", FindingId.IssuerNotFound)]
    [InlineData("other CA", "localhost", FindingId.RootNotTrusted)]
    [InlineData("name only", "127.0.0.1", FindingId.HostNameMismatch)]
    [InlineData("expired", "localhost", FindingId.CertificateExpired)]
    [InlineData("not yet valid", "localhost", FindingId.CertificateNotYetValid)]
    [InlineData("client", "localhost", FindingId.WrongPurpose)]
    public async Task Trust_purpose_dates_and_name_are_checked(string certificate, string host, FindingId? expected)
    {
        var heard = 0;
        using var server = ScriptedServer.OnTls(ServerOf(certificate), async (tls, token) =>
        {
            heard += (await ScriptedServer.HearAsync(tls, token)).Length;
            await tls.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), token);
        });

        var report = await TestAsync(server, host);

        Assert.Equal(expected is null, report.Success);
        Assert.Equal(expected is null, report.ServerTrusted);
        Assert.Equal(expected is null ? ConnectionStage.Done : ConnectionStage.Handshake, report.Stage);
        Assert.NotNull(report.ServerCertificate);
        if (expected is not null)
        {
            Assert.Contains(report.Findings, finding => (finding.Id, finding.Side, finding.Severity) == (expected.Value, FindingSide.Server, FindingSeverity.Error));
            Assert.Equal((0, 1), (heard, server.Connections));
            Assert.Null(report.HttpStatus);
        }
    }

    [Fact]
    public async Task A_client_s_certificate_changes_nothing_about_a_bad_server()
    {
        using var server = ScriptedServer.OnTls(ServerOf("other CA"), (_, _) => Task.CompletedTask);

        var report = await TestAsync(server, "localhost", options => options with { Certificate = pki.Client, CheckEnforcement = true, ExpectRejection = true });

        Assert.Equal((false, ConnectionStage.Handshake, false, 1), (report.Success, report.Stage, report.ServerTrusted, server.Connections));
        Assert.Null(report.ClientCertificateAccepted);
    }

    [Fact]
    public async Task The_check_can_be_left_out_and_the_report_does_not_pretend_otherwise()
    {
        using var server = ScriptedServer.OnTls(ServerOf("expired"), AnswerAsync);

        var report = await TestAsync(server, "localhost", options => options with { SkipServerCheck = true, TrustedCas = [] });

        Assert.True(report.Success, report.ToString());
        Assert.Equal((ConnectionStage.Done, null, ServerOf("expired")), (report.Stage, report.ServerTrusted, report.ServerCertificate));
    }

    [Fact]
    public async Task Another_server_name_is_asked_for_and_judged()
    {
        string? asked = null;
        string? head = null;
        var certificate = LivePki.Issue("named", pki.ServerInter, CertificateProfile.Server, "api.example.com");
        using var server = ScriptedServer.OnTls(certificate, async (tls, token) =>
        {
            asked = tls.TargetHostName;
            head = await ScriptedServer.HearAsync(tls, token);
            await AnswerAsync(tls, token);
        });

        var report = await TestAsync(server, "127.0.0.1", options => options with { ServerName = "api.example.com" });

        Assert.True(report.Success, report.ToString());
        Assert.Equal("api.example.com", asked);
        Assert.Contains($"Host: api.example.com:{server.Port}\r\n", head, StringComparison.Ordinal);
        var wrong = await TestAsync(server, "127.0.0.1", options => options with { ServerName = "other.example.com" });
        Assert.Equal(FindingId.HostNameMismatch, Assert.Single(wrong.Findings).Id);
    }

    [Theory]
    [InlineData("2.5.29.17")]
    [InlineData("2.5.29.19")]
    [InlineData("2.5.29.37")]
    public async Task A_damaged_certificate_is_a_finding(string oid)
    {
        using var odd = OddCertificate.WithDamaged(oid);
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await using var tls = new SslStream(tcp);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(odd, null, offline: true) }, token);
        });

        var report = await TestAsync(server, "localhost");

        Assert.Equal((false, ConnectionStage.Handshake, false), (report.Success, report.Stage, report.ServerTrusted));
        Assert.Equal((FindingId.ChainInvalid, FindingSide.Server), (Assert.Single(report.Findings).Id, report.Findings[0].Side));
    }

    private static async Task AnswerAsync(SslStream tls, CancellationToken token) => await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), token);

    private MtlsCertificate ServerOf(string kind) => kind switch
    {
        "good" => pki.Server,
        "without its intermediate" => pki.Server.WithChain([]),
        "other CA" => pki.ClientOf("self-signed")!,
        "name only" => Issue("localhost"),
        "expired" => expired ??= Issue("localhost", -10, -1),
        "not yet valid" => Issue("localhost", 1, 10),
        _ => pki.Client.WithChain(pki.Client.Chain),
    };

    private MtlsCertificate? expired;

    private MtlsCertificate Issue(string san, int from = -1, int to = 30) => LivePki.Issue("server", pki.ServerInter, CertificateProfile.Server, san, from, to);

    private Task<ConnectionReport> TestAsync(ScriptedServer server, string host, Func<ConnectionOptions, ConnectionOptions>? change = null)
    {
        var options = new ConnectionOptions { TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) };
        return ConnectionTester.TestAsync(ConnectionTarget.Parse($"{host}:{server.Port}"), change?.Invoke(options) ?? options);
    }
}

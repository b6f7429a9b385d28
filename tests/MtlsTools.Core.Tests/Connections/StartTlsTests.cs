using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>Servers that begin in the clear.</summary>
public sealed class StartTlsTests(LivePki pki) : IClassFixture<LivePki>
{
    public static TheoryData<StartTlsProtocol> Protocols => [.. Enum.GetValues<StartTlsProtocol>()];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task The_client_is_authenticated_after_TLS_began(StartTlsProtocol protocol)
    {
        var heard = "";
        using var server = Server(protocol, async (tls, token) =>
        {
            heard = await ScriptedServer.HearAsync(tls, token);
            await ScriptedServer.SayAsync(tls, StartTlsScripts.Answer(protocol), token);
        });

        var report = await TestAsync(server, protocol, pki.Client);

        Assert.True(report.Success, string.Join('\n', report.Findings));
        Assert.Equal((ConnectionStage.Done, true, true), (report.Stage, report.ClientCertificateSent, report.ClientCertificateAccepted));
        Assert.Empty(report.Findings);
        Assert.NotEmpty(heard);
        Assert.DoesNotContain("HTTP", heard, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_client_without_a_certificate_is_refused_after_TLS_began(StartTlsProtocol protocol)
    {
        using var server = Server(protocol, (_, _) => Task.CompletedTask);

        var report = await TestAsync(server, protocol, null);

        Assert.Equal((false, ConnectionStage.ClientAuthentication, ClientAuthentication.Required), (report.Success, report.Stage, report.ClientAuth));
        Assert.Equal(FindingId.NoClientCertificateSent, Assert.Single(report.Findings).Id);
    }

    /// <summary>The scripts are right: openssl's client goes along with them too.</summary>
    [SkippableTheory]
    [MemberData(nameof(Protocols))]
    public void Openssl_is_led_into_TLS_by_the_same_scripts(StartTlsProtocol protocol)
    {
        var openssl = Peer.Require("openssl");
        using var server = Server(protocol, (tls, token) => ScriptedServer.SayAsync(tls, "here", token));

        var name = protocol == StartTlsProtocol.PostgreSql ? "postgres" : protocol.ToString().ToLowerInvariant();
        var result = openssl.Try("s_client", "-connect", $"127.0.0.1:{server.Port}", "-starttls", name, "-xmpphost", "localhost", "-CAfile", pki.ServerRoot.CertificatePath);

        Assert.Contains("Verify return code: 0 (ok)", result.All, StringComparison.Ordinal);
    }

    /// <summary>What comes in the clear behind the answer must never be taken for something that was protected (CVE-2021-23222 and its like).</summary>
    [Theory]
    [InlineData(StartTlsProtocol.Smtp, "250 trust me\r\n")]
    [InlineData(StartTlsProtocol.Pop3, "+OK trust me\r\n")]
    [InlineData(StartTlsProtocol.PostgreSql, "R\x00\x00\x00\x08\x00\x00\x00\x00")]
    public async Task What_is_slipped_in_behind_the_answer_breaks_the_handshake(StartTlsProtocol protocol, string injected)
    {
        using var server = ScriptedServer.OnTls(pki.Server, (tls, token) => ScriptedServer.SayAsync(tls, StartTlsScripts.Answer(protocol), token), before: async (tcp, token) =>
        {
            await StartTlsScripts.Of(protocol)(tcp, token);
            await ScriptedServer.SayAsync(tcp, injected, token);
        });

        var report = await TestAsync(server, protocol, pki.Client);

        Assert.Equal((false, ConnectionStage.Handshake, FindingId.NotTls), (report.Success, report.Stage, Assert.Single(report.Findings).Id));
    }

    public static TheoryData<StartTlsProtocol, string, string, FindingId> Refusals => new()
    {
        { StartTlsProtocol.Smtp, "554 go away\r\n", "", FindingId.StartTlsRefused },
        { StartTlsProtocol.Smtp, "220 hello\r\n", "250-here\r\n250 SIZE\r\n", FindingId.StartTlsNotOffered },
        { StartTlsProtocol.Smtp, "220 hello\r\n", "502 what\r\n", FindingId.StartTlsRefused },
        { StartTlsProtocol.Smtp, "* OK this is IMAP\r\n", "", FindingId.UnexpectedAnswer },
        { StartTlsProtocol.Imap, "* BYE not now\r\n", "", FindingId.StartTlsRefused },
        { StartTlsProtocol.Imap, "* OK hello\r\n", "a1 BAD what\r\n", FindingId.StartTlsNotOffered },
        { StartTlsProtocol.Imap, "* OK hello\r\n", "a1 NO not now\r\n", FindingId.StartTlsRefused },
        { StartTlsProtocol.Imap, "220 this is SMTP\r\n", "", FindingId.UnexpectedAnswer },
        { StartTlsProtocol.Pop3, "-ERR busy\r\n", "", FindingId.StartTlsRefused },
        { StartTlsProtocol.Pop3, "+OK hello\r\n", "-ERR what\r\n", FindingId.StartTlsNotOffered },
        { StartTlsProtocol.Pop3, "220 this is SMTP\r\n", "", FindingId.UnexpectedAnswer },
        { StartTlsProtocol.Ftp, "421 too many\r\n", "", FindingId.StartTlsRefused },
        { StartTlsProtocol.Ftp, "220 hello\r\n", "500 what\r\n", FindingId.StartTlsNotOffered },
        { StartTlsProtocol.Ftp, "220 hello\r\n", "534 no\r\n", FindingId.StartTlsRefused },
        { StartTlsProtocol.Ldap, "", "0\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00", FindingId.StartTlsNotOffered },
        { StartTlsProtocol.Ldap, "", "0\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00", FindingId.StartTlsRefused },
        { StartTlsProtocol.Ldap, "", "HTTP/1.1 400 Bad Request\r\n", FindingId.UnexpectedAnswer },
        { StartTlsProtocol.Ldap, "", "0\x84\xff\xff\xff\xff", FindingId.UnexpectedAnswer },
        { StartTlsProtocol.PostgreSql, "", "N", FindingId.StartTlsNotOffered },
        { StartTlsProtocol.PostgreSql, "", "E\x00\x00\x00\x08", FindingId.StartTlsRefused },
        { StartTlsProtocol.PostgreSql, "", "HTTP/1.1", FindingId.UnexpectedAnswer },
        { StartTlsProtocol.MySql, "\x0f\x00\x00\x00\xff\x6a\x04Host is bloc", "", FindingId.StartTlsRefused },
        { StartTlsProtocol.MySql, StartTlsScripts.MySqlGreeting(0x8200), "", FindingId.StartTlsNotOffered },
        { StartTlsProtocol.MySql, "HTTP/1.1 400 Bad Request\r\n", "", FindingId.UnexpectedAnswer },
        { StartTlsProtocol.Xmpp, "", "<?xml version='1.0'?><stream:stream><stream:features><mechanisms/></stream:features>", FindingId.StartTlsNotOffered },
        { StartTlsProtocol.Xmpp, "", "<?xml version='1.0'?><stream:stream><stream:error><host-unknown/></stream:error>", FindingId.StartTlsRefused },
        { StartTlsProtocol.Xmpp, "", "220 this is SMTP\r\n", FindingId.UnexpectedAnswer },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_server_that_does_not_go_along(StartTlsProtocol protocol, string greeting, string answer, FindingId id)
    {
        using var server = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            await ScriptedServer.SayAsync(tcp, greeting, token);
            if (answer.Length > 0)
            {
                await ScriptedServer.HearAsync(tcp, token);
                await ScriptedServer.SayAsync(tcp, answer, token);
            }

            await ScriptedServer.HearAsync(tcp, token);
        });

        var report = await TestAsync(server, protocol, pki.Client);

        var finding = Assert.Single(report.Findings);
        Assert.Equal((false, ConnectionStage.StartTls, id, FindingSide.Server), (report.Success, report.Stage, finding.Id, finding.Side));
        Assert.EndsWith(".", finding.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain(finding.Cause, char.IsControl);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_server_that_closes_or_floods_or_keeps_silent(StartTlsProtocol protocol)
    {
        using var closes = ScriptedServer.OnTcp((_, _) => Task.CompletedTask);
        using var floods = ScriptedServer.OnTcp(async (tcp, token) =>
        {
            var flood = new string('<', 64 * 1024);
            while (true)
                await ScriptedServer.SayAsync(tcp, flood, token);
        });
        using var silent = ScriptedServer.Silent();

        Assert.Equal((ConnectionStage.StartTls, FindingId.StartTlsRefused), Summary(await TestAsync(closes, protocol, null)));
        Assert.Equal((ConnectionStage.StartTls, FindingId.UnexpectedAnswer), Summary(await TestAsync(floods, protocol, null)));
        Assert.Equal((ConnectionStage.StartTls, FindingId.TimedOut), Summary(await TestAsync(silent, protocol, null, TimeSpan.FromSeconds(1))));
    }

    [Theory]
    [InlineData(StartTlsProtocol.Smtp, 25)]
    [InlineData(StartTlsProtocol.Imap, 143)]
    [InlineData(StartTlsProtocol.Pop3, 110)]
    [InlineData(StartTlsProtocol.Ldap, 389)]
    [InlineData(StartTlsProtocol.PostgreSql, 5432)]
    [InlineData(StartTlsProtocol.MySql, 3306)]
    [InlineData(StartTlsProtocol.Xmpp, 5222)]
    [InlineData(StartTlsProtocol.Ftp, 21)]
    public void A_target_without_a_port_has_that_of_the_protocol(StartTlsProtocol protocol, int port)
    {
        var options = new ConnectionOptions { StartTls = protocol };

        Assert.Equal(port, ConnectionTarget.Parse("mail.example.com", options.DefaultPort).Port);
        Assert.Equal(443, ConnectionTarget.Parse("mail.example.com:443", options.DefaultPort).Port);
        Assert.Equal(443, ConnectionTarget.Parse("https://mail.example.com", options.DefaultPort).Port);
        Assert.Equal(port, ConnectionTarget.Parse("[::1]/x", options.DefaultPort).Port);
    }

    private static (ConnectionStage Stage, FindingId Id) Summary(ConnectionReport report) => (report.Stage, Assert.Single(report.Findings).Id);

    private ScriptedServer Server(StartTlsProtocol protocol, Func<System.Net.Security.SslStream, CancellationToken, Task> script) =>
        ScriptedServer.OnTls(pki.Server, script, SslProtocols.Tls12 | SslProtocols.Tls13, asks: true, before: (tcp, token) => StartTlsScripts.Of(protocol)(tcp, token));

    private Task<ConnectionReport> TestAsync(ScriptedServer server, StartTlsProtocol protocol, MtlsCertificate? client, TimeSpan? timeout = null) => ConnectionTester.TestAsync(
        ConnectionTarget.Parse($"localhost:{server.Port}"),
        new ConnectionOptions { StartTls = protocol, Certificate = client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = timeout ?? TimeSpan.FromSeconds(30) });
}

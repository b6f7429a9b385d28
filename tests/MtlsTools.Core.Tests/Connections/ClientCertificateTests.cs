using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>Less common ways in which servers ask for a certificate, and refuse one.</summary>
public sealed class ClientCertificateTests(LivePki pki) : IClassFixture<LivePki>
{
    [SkippableTheory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_server_may_ask_only_after_the_request(SslProtocols protocol)
    {
        Skip.If(OperatingSystem.IsMacOS(), "Secure Transport can not ask again.");
        using var server = ScriptedServer.OnTls(
            pki.Server,
            async (tls, token) =>
            {
                await ScriptedServer.HearAsync(tls, token);
                if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
                    await tls.NegotiateClientCertificateAsync(token);
                await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {(tls.RemoteCertificate is null ? 403 : 200)} Done\r\n\r\n"), token);
            },
            protocol);

        var report = await TestAsync(server, options => options with { Certificate = pki.Client });

        Assert.True(report.Success, string.Join('\n', report.Findings));
        Assert.Equal((true, true, true), (report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Silence_after_a_certificate_was_asked_for_is_a_refusal(SslProtocols protocol)
    {
        using var server = ScriptedServer.OnTls(pki.Server, (_, _) => Task.CompletedTask, protocol, asks: true);

        var report = await TestAsync(server, options => options with { Certificate = pki.Client });

        Assert.Equal((false, ConnectionStage.ClientAuthentication, false, null), (report.Success, report.Stage, report.ClientCertificateAccepted, report.Alert));
        Assert.Equal((FindingId.ClientCertificateRejected, FindingSide.Unknown, FindingConfidence.Possible), (Assert.Single(report.Findings).Id, report.Findings[0].Side, report.Findings[0].Confidence));
        Assert.True((await TestAsync(server, options => options with { ExpectRejection = true })).Success);
    }

    [Theory]
    [InlineData(401, FindingId.ClientCertificateRejected)]
    [InlineData(403, FindingId.ClientCertificateRejected)]
    [InlineData(495, FindingId.ClientCertificateRejected)]
    [InlineData(496, FindingId.NoClientCertificateSent)]
    public async Task A_status_can_be_the_refusal(int status, FindingId id)
    {
        using var server = ScriptedServer.OnTls(
            pki.Server,
            async (tls, token) => await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n"), token),
            SslProtocols.Tls13,
            asks: true);

        var report = await TestAsync(server, options => options with { Certificate = pki.Client });

        Assert.Equal((false, ConnectionStage.ClientAuthentication, false, status), (report.Success, report.Stage, report.ClientCertificateAccepted, report.HttpStatus));
        Assert.Equal(id, Assert.Single(report.Findings).Id);
    }

    [SkippableTheory]
    [InlineData("-tls1_2", "X25519")]
    [InlineData("-tls1_3", "X25519")]
    [InlineData("-tls1_3", "P-384")] // The client guesses another group, so the hello goes out twice.
    public async Task A_certificate_of_a_kind_that_the_server_does_not_take_stays_at_home(string protocol, string group)
    {
        using var server = OpenSslServer.Start(pki.SavePair("server", pki.Server), "-www", protocol, "-groups", group, "-CAfile", pki.ClientRoot.CertificatePath, "-verify", "2", "-verify_return_error", "-client_sigalgs", "RSA-PSS+SHA256");

        var report = await ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), Options() with { Certificate = pki.Client });

        Assert.Equal((false, ConnectionStage.Done, 200), (report.Success, report.Stage, report.HttpStatus));
        Assert.Equal((true, false, null), (report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
        Assert.Equal((FindingId.NoClientCertificateSent, FindingSide.Client), (Assert.Single(report.Findings).Id, report.Findings[0].Side));
    }

    private ConnectionOptions Options() => new() { TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) };

    private Task<ConnectionReport> TestAsync(ScriptedServer server, Func<ConnectionOptions, ConnectionOptions> change) =>
        ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), change(Options()));
}

using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Server;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

public sealed class MtlsHttpClientTests(LivePki pki) : IClassFixture<LivePki>
{
    [Fact]
    public async Task Both_sides_are_verified_and_the_intermediates_sent()
    {
        using var server = Start();
        using var client = new MtlsHttpClient(Options());

        var (status, text) = await GetAsync(client, $"https://localhost:{server.Port}/");

        Assert.Equal((200, "hello"), (status, text));
        var seen = Assert.Single(server.Connections);
        Assert.Equal((true, pki.Client), (seen.Accepted, seen.ClientCertificate));
        Assert.Equal([pki.ClientInter.Certificate], seen.ClientCertificate!.Chain);
        Assert.Empty(client.ServerFindings);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("other CA")]
    [InlineData("expired")]
    public async Task A_refusal_is_an_exception(string kind)
    {
        using var server = Start();
        using var client = new MtlsHttpClient(Options() with { Certificate = pki.ClientOf(kind) });

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, $"https://localhost:{server.Port}/"));
        Assert.Equal(0, server.Accepted);
    }

    [Theory]
    [InlineData("other CA", "localhost", FindingId.RootNotTrusted)]
    [InlineData("wrong host", "localhost", FindingId.HostNameMismatch)]
    [InlineData("expired", "localhost", FindingId.CertificateExpired)]
    [InlineData("client", "localhost", FindingId.WrongPurpose)]
    [InlineData("good", "api.example.com", FindingId.HostNameMismatch)]
    public async Task A_server_that_fails_the_check_hears_no_request(string kind, string host, FindingId expected)
    {
        var heard = 0;
        var certificate = kind switch
        {
            "good" => pki.Server,
            "other CA" => pki.ClientOf("self-signed")!,
            "wrong host" => LivePki.Issue("server", pki.ServerInter, CertificateProfile.Server, "other.example.com"),
            "expired" => LivePki.Issue("server", pki.ServerInter, CertificateProfile.Server, "localhost", -10, -1),
            _ => pki.Client,
        };
        using var server = ScriptedServer.OnTls(certificate, async (tls, token) => heard += (await ScriptedServer.HearAsync(tls, token)).Length);
        using var client = new MtlsHttpClient(Options() with { TrustedCas = [pki.ServerRoot.Certificate, pki.ClientRoot.Certificate] });

        // The name that is called is the one that is judged.
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{server.Port}/");
        request.Headers.Host = host == "localhost" ? null : host;
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));

        Assert.Equal(0, heard);
        Assert.Contains(client.ServerFindings, finding => finding.Id == expected);
    }

    [Fact]
    public async Task The_check_of_the_server_can_be_left_out()
    {
        using var server = Start();
        using var client = new MtlsHttpClient(Options() with { SkipServerCheck = true, TrustedCas = [] });

        Assert.Equal((200, "hello"), await GetAsync(client, $"https://127.0.0.1:{server.Port}/"));
    }

    [Fact]
    public async Task Redirects_are_shown_and_not_followed()
    {
        using var elsewhere = ScriptedServer.Silent();
        using var server = ScriptedServer.OnTls(pki.Server, async (tls, token) =>
        {
            await ScriptedServer.HearAsync(tls, token);
            await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 302 Found\r\nLocation: https://localhost:{elsewhere.Port}/\r\nContent-Length: 0\r\n\r\n"), token);
        });
        using var client = new MtlsHttpClient(Options());

        Assert.Equal(302, (await GetAsync(client, $"https://localhost:{server.Port}/")).Status);
        Assert.Equal(0, elsewhere.Connections);
    }

    [Fact]
    public async Task Another_server_name_is_asked_for_and_judged()
    {
        var names = new List<string>();
        var named = LivePki.Issue("named", pki.ServerInter, CertificateProfile.Server, "api.example.com");
        using var server = ScriptedServer.OnTls(named, async (tls, token) =>
        {
            names.Add(tls.TargetHostName);
            names.Add((await ScriptedServer.HearAsync(tls, token)).Split("\r\n").Single(line => line.StartsWith("Host:", StringComparison.Ordinal)));
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), token);
        });
        using var client = new MtlsHttpClient(Options() with { ServerName = "api.example.com" });

        Assert.Equal(200, (await GetAsync(client, $"https://127.0.0.1:{server.Port}/")).Status);
        Assert.Equal(["api.example.com", $"Host: api.example.com:{server.Port}"], names);
        using var wrong = new MtlsHttpClient(Options() with { ServerName = "other.example.com" });
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(wrong, $"https://127.0.0.1:{server.Port}/"));
        Assert.Equal(FindingId.HostNameMismatch, Assert.Single(wrong.ServerFindings).Id);
    }

    [Fact]
    public async Task Waiting_ends_with_the_timeout_or_when_the_caller_stops()
    {
        using var stop = new CancellationTokenSource();
        using var silent = ScriptedServer.OnTls(pki.Server, async (tls, token) =>
        {
            await ScriptedServer.HearAsync(tls, token);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        });
        using var patient = new MtlsHttpClient(Options());
        using var hasty = new MtlsHttpClient(Options() with { Timeout = TimeSpan.FromSeconds(1) });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(patient, $"https://localhost:{silent.Port}/", stop.Token));
        Assert.IsType<TimeoutException>((await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(hasty, $"https://localhost:{silent.Port}/"))).InnerException);
    }

    [Fact]
    public void A_certificate_without_its_key_is_refused_at_once()
    {
        var error = Assert.Throws<KeyException>(() => new MtlsHttpClient(Options() with { Certificate = MtlsCertificate.Create(pki.Client.X509) }));

        Assert.Equal(ErrorCode.KeyRequired, error.Code);
    }

    private MtlsServer Start() => MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate], Content = ServerContent.FromText("hello") });

    private ConnectionOptions Options() => new() { Certificate = pki.Client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) };

    private static async Task<(int Status, string Text)> GetAsync(MtlsHttpClient client, string uri, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        using var response = await client.SendAsync(request, cancellation);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }
}

using System.Text.Json;
using MtlsTools.Certificates;
using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Server;

/// <summary>What is answered to which request.</summary>
public sealed class ServerContentTests : IClassFixture<LivePki>, IDisposable
{
    private readonly LivePki pki;
    private readonly TemporaryFolder folder = new();

    public ServerContentTests(LivePki pki)
    {
        this.pki = pki;
        Directory.CreateDirectory(folder.At("www", "sub dir"));
        Directory.CreateDirectory(folder.At("www-secret"));
        File.WriteAllText(folder.At("www", "hello-world.txt"), "mTLS Hello World!\n");
        File.WriteAllText(folder.At("www", "page.HTML"), "<p>");
        File.WriteAllText(folder.At("www", "sub dir", "ä [1].txt"), "found");
        File.WriteAllText(folder.At("www-secret", "secret.txt"), "secret");
        File.WriteAllText(folder.At("secret.txt"), "secret");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("/hello-world.txt", "text/plain; charset=utf-8", "mTLS Hello World!\n")]
    [InlineData("/hello-world.txt?a=b/../c", "text/plain; charset=utf-8", "mTLS Hello World!\n")]
    [InlineData("/./sub%20dir/../hello-world.txt", "text/plain; charset=utf-8", "mTLS Hello World!\n")]
    [InlineData("/sub%20dir/%C3%A4%20%5B1%5D.txt", "text/plain; charset=utf-8", "found")]
    [InlineData("/page.HTML", "text/html; charset=utf-8", "<p>")]
    public async Task Files_of_the_folder_are_served(string path, string type, string content)
    {
        using var server = Start();

        var (head, body) = await AskAsync(server, $"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"Content-Type: {type}\r\nContent-Length: {content.Length}\r\nConnection: close", head, StringComparison.Ordinal);
        Assert.Equal(content, body);
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/%2e%2e%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/sub%20dir/../../secret.txt")]
    [InlineData("/../www-secret/secret.txt")]
    [InlineData("/../www/../secret.txt")]
    [InlineData("/..")]
    [InlineData("/")]
    [InlineData("/sub%20dir")]
    [InlineData("/missing.txt")]
    [InlineData("/hello-world.txt%00")]
    [InlineData("/%00")]
    [InlineData("/%")]
    [InlineData("/%zz")]
    [InlineData("//etc/passwd")]
    [InlineData("/%2Fetc/passwd")]
    [InlineData("/C:/Windows/win.ini")]
    [InlineData("/%5C%5Cserver%5Cshare%5Cfile")]
    public async Task Nothing_else_is(string path)
    {
        using var server = Start();

        var (head, body) = await AskAsync(server, $"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404 ", head, StringComparison.Ordinal);
        Assert.Equal("Not found\n", body);
    }

    [Fact]
    public async Task An_absolute_path_is_no_way_out()
    {
        using var server = Start();

        var (head, _) = await AskAsync(server, $"GET /{Uri.EscapeDataString(folder.At("secret.txt"))} HTTP/1.1\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404 ", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_request_gets_the_head_alone()
    {
        using var server = Start();

        var (head, body) = await AskAsync(server, "HEAD /hello-world.txt HTTP/1.1\r\n\r\n");

        Assert.Contains("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 18\r\n", head, StringComparison.Ordinal);
        Assert.Equal("", body);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("get")]
    public async Task Other_methods_are_refused(string method)
    {
        using var server = Start();

        var (head, _) = await AskAsync(server, $"{method} /hello-world.txt HTTP/1.1\r\nContent-Length: 2\r\n\r\n{{}}");

        Assert.StartsWith("HTTP/1.1 405 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nAllow: GET, HEAD\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NONSENSE\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("GET /\r\n\r\n")]
    [InlineData("GET / HTTP/2.0\r\n\r\n")]
    [InlineData("GET hello-world.txt HTTP/1.1\r\n\r\n")]
    [InlineData("GET / x HTTP/1.1\r\n\r\n")]
    [InlineData(" GET / HTTP/1.1\r\n\r\n")]
    public async Task What_is_no_HTTP_is_told_so(string request)
    {
        using var server = Start();

        var (head, _) = await AskAsync(server, request);

        Assert.StartsWith("HTTP/1.1 400 ", head, StringComparison.Ordinal);
        var record = WaitForRecord(server);
        Assert.Equal((false, 400), (record.Accepted, record.Status));
        Assert.NotNull(record.Reason);
    }

    [Theory]
    [InlineData(17_000)]
    [InlineData(200_000)]
    public async Task An_oversized_head_is_cut_off_and_told_so(int length)
    {
        using var server = Start();

        var (head, _) = await AskAsync(server, $"GET / HTTP/1.1\r\nX: {new string('x', length)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", head, StringComparison.Ordinal);
        Assert.Contains("larger than 16 KiB", WaitForRecord(server).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_may_come_in_pieces()
    {
        using var server = Start();
        using var client = await RawTls.ConnectAsync(server.Port);
        foreach (var piece in new[] { "GE", "T /hello-", "world.txt HTTP/1.1\r", "\nHost: localhost\r\n\r" })
        {
            await client.Stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(piece));
            await client.Stream.FlushAsync();
        }

        Assert.EndsWith("\r\n\r\nmTLS Hello World!\n", await client.AskAsync("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_is_told_what_the_server_saw_of_it()
    {
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate] });

        var (_, body) = await AskAsync(server, "GET /who?am=I HTTP/1.1\r\n\r\n", pki.Client);

        var seen = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("GET /who?am=I", "Tls13"), (seen.GetProperty("request").GetString(), seen.GetProperty("protocol").GetString()));
        var client = seen.GetProperty("client");
        string? Text(string name) => client.GetProperty(name).GetString();
        Assert.Equal(("client", pki.Client.Subject.ToString(), pki.Client.Issuer.ToString()), (Text("name"), Text("subject"), Text("issuer")));
        Assert.Equal((pki.Client.SerialNumber, pki.Client.Sha256, pki.Client.NotAfter), (Text("serialNumber"), Text("sha256"), client.GetProperty("notAfter").GetDateTimeOffset()));
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_told_that_too()
    {
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientAuth = ClientAuthMode.None });

        var (_, body) = await AskAsync(server, "GET / HTTP/1.1\r\n\r\n");

        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(body).RootElement.GetProperty("client").ValueKind);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_an_error()
    {
        var error = Assert.Throws<InputException>(() => ServerContent.FromFolder(folder.At("nowhere")));

        Assert.Equal((ErrorCode.FileNotFound, folder.At("nowhere")), (error.Code, error.Path));
    }

    [Fact]
    public async Task A_file_is_read_anew_for_each_request()
    {
        var file = folder.At("www", "answer [1].json");
        File.WriteAllText(file, "1");
        using var server = Start(ServerContent.FromFile(file));

        Assert.Equal("1", (await AskAsync(server, "GET /any HTTP/1.1\r\n\r\n")).Body);
        File.WriteAllText(file, "2");
        var (head, body) = await AskAsync(server, "GET / HTTP/1.1\r\n\r\n");
        Assert.Contains("Content-Type: application/json\r\n", head, StringComparison.Ordinal);
        Assert.Equal("2", body);
        File.Delete(file);
        Assert.StartsWith("HTTP/1.1 404 ", (await AskAsync(server, "GET / HTTP/1.1\r\n\r\n")).Head, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.FileNotFound, Assert.Throws<InputException>(() => ServerContent.FromFile(file)).Code);
    }

    [Fact]
    public async Task An_echo_tells_headers_and_body()
    {
        using var server = Start(ServerContent.Echo());

        var (_, body) = await AskAsync(server, "PUT /things HTTP/1.1\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhallo and more");

        var seen = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("PUT /things", "1", "hallo"), (seen.GetProperty("request").GetString(), seen.GetProperty("headers").GetProperty("X-One").GetString(), seen.GetProperty("body").GetString()));
    }

    [Theory]
    [InlineData("Content-Length: 1048577", "413")]
    [InlineData("Content-Length: -1", "413")]
    [InlineData("Content-Length: 99999999999999", "413")]
    [InlineData("Content-Length: x", "413")]
    [InlineData("Transfer-Encoding: chunked", "411")]
    [InlineData("no colon", "400")]
    [InlineData(": no name", "400")]
    public async Task A_body_that_is_not_read_is_told_so(string header, string status)
    {
        using var server = Start(ServerContent.Echo());

        Assert.StartsWith($"HTTP/1.1 {status} ", (await AskAsync(server, $"POST / HTTP/1.1\r\n{header}\r\n\r\n")).Head, StringComparison.Ordinal);
        Assert.Equal(status, $"{WaitForRecord(server).Status}");
    }

    [SkippableFact]
    public void A_client_that_waits_for_permission_to_send_gets_it()
    {
        var curl = Peer.Require("curl");
        File.WriteAllText(folder.At("large.txt"), new string('x', 900_000));
        using var server = Start(ServerContent.Echo());

        var result = curl.Run("-sS", "-k", "--noproxy", "*", "-H", "Expect: 100-continue", "--expect100-timeout", "60", "--max-time", "50", "--data-binary", $"@{folder.At("large.txt")}", server.Uri.ToString());

        Assert.Equal(900_000, JsonDocument.Parse(result.Output).RootElement.GetProperty("body").GetString()!.Length);
    }

    [Fact]
    public async Task A_handler_gets_the_request_and_the_client_and_says_all_of_the_answer()
    {
        var ended = 0;
        using (var server = MtlsServer.Start(new MtlsServerOptions
        {
            Certificate = pki.Server,
            ClientCas = [pki.ClientRoot.Certificate],
            Content = ServerContent.FromHandler("mine", (request, client, _) => Task.FromResult(ServerAnswer.Text(201, $"{client?.Name} {request.Method} {request.Body}") with { Headers = new Dictionary<string, string> { ["X-Mine"] = "a\r\nX-Smuggled: b" } }), () => ended++),
        }))
        {
            var (head, body) = await AskAsync(server, "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", pki.Client);

            Assert.StartsWith("HTTP/1.1 201 Created\r\n", head, StringComparison.Ordinal);
            Assert.Contains("\r\nX-Mine: a X-Smuggled: b\r\n", head, StringComparison.Ordinal);
            Assert.Equal("client POST hi", body);
            Assert.Equal("mine", server.Content);
        }

        Assert.True(SpinWait.SpinUntil(() => ended == 1, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_handler_that_throws_is_a_500_and_the_next_request_is_answered()
    {
        using var server = Start(ServerContent.FromHandler("mine", (request, _, _) => request.Path == "/bad" ? throw new InvalidOperationException("out of ideas") : Task.FromResult(ServerAnswer.Text(200, "good"))));

        Assert.StartsWith("HTTP/1.1 500 ", (await AskAsync(server, "GET /bad HTTP/1.1\r\n\r\n")).Head, StringComparison.Ordinal);
        var record = WaitForRecord(server);
        Assert.Equal((true, 500, "out of ideas"), (record.Accepted, record.Status, record.Error));
        Assert.Equal("good", (await AskAsync(server, "GET / HTTP/1.1\r\n\r\n")).Body);
    }

    [Fact]
    public async Task A_handler_that_takes_too_long_is_ended()
    {
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientAuth = ClientAuthMode.None, Timeout = TimeSpan.FromSeconds(1), Content = ServerContent.FromHandler("mine", async (_, _, token) => { await Task.Delay(Timeout.Infinite, token); return ServerAnswer.Text(200, ""); }) });

        Assert.Equal("", await RawTls.TryAskAsync(server.Port));
        Assert.Equal("The answer was not made in time.", WaitForRecord(server).Reason);
    }

    private MtlsServer Start() => Start(ServerContent.FromFolder(folder.At("www")));

    private MtlsServer Start(ServerContent content) => MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientAuth = ClientAuthMode.None, Content = content });

    private static ServerConnection WaitForRecord(MtlsServer server)
    {
        Assert.True(SpinWait.SpinUntil(() => server.Connections.Count > 0, TimeSpan.FromSeconds(30)));
        return Assert.Single(server.Connections);
    }

    private static async Task<(string Head, string Body)> AskAsync(MtlsServer server, string request, MtlsCertificate? certificate = null)
    {
        using var client = await RawTls.ConnectAsync(server.Port, certificate);
        var parts = (await client.AskAsync(request)).Split("\r\n\r\n", 2);
        return (parts[0], parts[1]);
    }
}

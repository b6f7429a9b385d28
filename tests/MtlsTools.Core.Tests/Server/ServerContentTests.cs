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

    private MtlsServer Start() => MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientAuth = ClientAuthMode.None, Content = ServerContent.FromFolder(folder.At("www")) });

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

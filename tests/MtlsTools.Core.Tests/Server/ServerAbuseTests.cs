using System.Net;
using System.Net.Sockets;
using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Server;

/// <summary>Clients that mean no good: each is got rid of, and the others are served meanwhile and afterwards.</summary>
public sealed class ServerAbuseTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Five_hundred_clients_that_send_their_headers_drop_by_drop()
    {
        using var server = Start(TimeSpan.FromSeconds(12));
        var slow = new System.Collections.Concurrent.ConcurrentBag<RawTls>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => slow.Add(await RawTls.ConnectAsync(server.Port, pki.Client)));
        try
        {
            using var ended = new CancellationTokenSource();
            var dripping = slow.Select(client => DripAsync(client, ended.Token)).ToList();

            await AssertServesAsync(server);

            Assert.True(SpinWait.SpinUntil(() => server.Refused == 500, Patience), $"{server.Refused} refused");
            await ended.CancelAsync();
            await Task.WhenAll(dripping);
            Assert.All(server.Connections.Where(one => !one.Accepted), one => Assert.Equal("The client was too slow.", one.Reason));
        }
        finally
        {
            foreach (var client in slow)
                client.Dispose();
        }
    }

    [SkippableFact]
    public async Task Renegotiation_is_not_done()
    {
        var openssl = Peer.Require("openssl");
        using var server = Start();
        var pair = pki.SavePair("renegotiating", pki.Client);
        using (var session = openssl.Start("s_client", "-tls1_2", "-connect", $"127.0.0.1:{server.Port}", "-cert", pair.Certificate, "-key", pair.Key, "-cert_chain", pair.Certificate, "-state"))
        {
            session.WaitFor("Verify return code");
            for (var i = 0; i < 5; i++)
                session.Send("R\n");
            session.WaitFor("RENEGOTIATING");
            session.CloseInput();
            var said = session.WaitForExit(Patience).All;
            Assert.Contains("SSL_connect:error", said, StringComparison.Ordinal);
        }

        var record = await server.ReceiveAsync(Patience);
        Assert.Equal((false, null), (record.Accepted, record.Request));
        Assert.Contains("renegotiation", record.Reason, StringComparison.Ordinal);
        await AssertServesAsync(server);
    }

    [Theory]
    [InlineData(0xFFFFFF)]
    [InlineData(200_000)]
    public async Task A_client_hello_without_end(int claimed)
    {
        using var server = Start();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        var stream = client.GetStream();
        byte[] hello = [1, (byte)(claimed >> 16), (byte)(claimed >> 8), (byte)claimed, 3, 3, .. new byte[16_000]];
        try
        {
            for (var i = 0; i < 2000; i++)
                await stream.WriteAsync(new byte[] { 22, 3, 1, (byte)(hello.Length >> 8), (byte)hello.Length }.Concat(hello).ToArray());
            Assert.Fail("The server took 32 MB of a ClientHello.");
        }
        catch (IOException)
        {
            // It was thrown out.
        }

        var record = await server.ReceiveAsync(Patience);
        Assert.False(record.Accepted);
        Assert.NotNull(record.Reason);
        await AssertServesAsync(server);
    }

    [SkippableTheory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_certificate_chain_of_hundreds(string version)
    {
        var openssl = Peer.Require("openssl");
        using var server = Start();
        var pair = pki.SavePair("long", pki.Client);
        var chain = pki.Save($"long{version}.crt", Enumerable.Repeat(pki.ClientInter.Certificate, 400).ToArray());

        var said = openssl.Try(["s_client", version, "-connect", $"127.0.0.1:{server.Port}", "-cert", pair.Certificate, "-key", pair.Key, "-cert_chain", chain, "-ign_eof"], "GET / HTTP/1.1\r\n\r\n").All;

        Assert.DoesNotContain("HTTP/1.1 200", said, StringComparison.Ordinal);
        Assert.False((await server.ReceiveAsync(Patience)).Accepted);
        await AssertServesAsync(server);
    }

    [SkippableFact]
    public async Task A_chain_with_much_that_does_not_belong_is_judged_by_what_does()
    {
        var openssl = Peer.Require("openssl");
        using var server = Start();
        var pair = pki.SavePair("crowded", pki.Client);
        var chain = pki.Save("crowd.crt", [.. Enumerable.Repeat(pki.OtherRoot.Certificate, 40), .. Enumerable.Repeat(pki.Impostor.Certificate, 40), pki.ClientInter.Certificate]);

        var said = openssl.Try(["s_client", "-connect", $"127.0.0.1:{server.Port}", "-cert", pair.Certificate, "-key", pair.Key, "-cert_chain", chain, "-ign_eof"], "GET / HTTP/1.1\r\n\r\n").All;

        Assert.Contains("HTTP/1.1 200", said, StringComparison.Ordinal);
        Assert.True((await server.ReceiveAsync(Patience)).Accepted);
    }

    private MtlsServer Start(TimeSpan? timeout = null) => MtlsServer.Start(new MtlsServerOptions
    {
        Certificate = pki.Server,
        ClientCas = [pki.ClientRoot.Certificate],
        Content = ServerContent.FromText("hello"),
        Timeout = timeout ?? Patience,
    });

    private async Task AssertServesAsync(MtlsServer server) =>
        Assert.EndsWith("\r\n\r\nhello", await RawTls.TryAskAsync(server.Port, pki.Client).WaitAsync(Patience), StringComparison.Ordinal);

    private static async Task DripAsync(RawTls client, CancellationToken cancellation)
    {
        try
        {
            await client.Stream.WriteAsync("GET / HTTP/1.1\r\nX: "u8.ToArray(), cancellation);
            while (true)
            {
                await Task.Delay(1000, cancellation);
                await client.Stream.WriteAsync("x"u8.ToArray(), cancellation);
            }
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            // Thrown out, or the test is over.
        }
    }
}

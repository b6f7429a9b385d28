using System.Net;
using System.Net.Sockets;
using MtlsTools.Certificates;
using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Server;

/// <summary>Starting, stopping, and clients that do not behave.</summary>
public sealed class ServerRobustnessTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Many_silent_half_open_and_garbage_clients_do_not_stall_a_good_one()
    {
        using var server = Start();
        var strangers = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var stranger = new TcpClient();
                await stranger.ConnectAsync(IPAddress.Loopback, server.Port);
                strangers.Add(stranger);
                await stranger.GetStream().WriteAsync((i % 3) switch
                {
                    0 => [],
                    1 => new byte[] { 22, 3, 1, 2, 0, 1, 0, 1, 252 }, // the beginning of a hello
                    _ => System.Text.Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"),
                });
            }

            await AssertServesAsync(server);
            Assert.True(SpinWait.SpinUntil(() => server.Refused == 100, Patience), $"{server.Refused} refused");
            Assert.All(server.Connections.Where(one => !one.Accepted), one => Assert.NotNull(one.Reason));
        }
        finally
        {
            strangers.ForEach(one => one.Dispose());
        }
    }

    [Fact]
    public async Task Slow_clients_give_their_place_back()
    {
        using var server = Start(options => options with { MaximumConnections = 2, Timeout = TimeSpan.FromSeconds(1) });
        using var silent = new TcpClient();
        using var shaken = await RawTls.ConnectAsync(server.Port, pki.Client);
        await silent.ConnectAsync(IPAddress.Loopback, server.Port);

        await AssertServesAsync(server);

        Assert.True(SpinWait.SpinUntil(() => server.Refused == 2, Patience), $"{server.Refused} refused");
        Assert.All(server.Connections.Where(one => !one.Accepted), one => Assert.Equal("The client was too slow.", one.Reason));
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_answer_is_dropped()
    {
        using var server = Start(options => options with { Timeout = TimeSpan.FromSeconds(1), Content = ServerContent.FromText(new string('x', 50_000_000)) });
        using var client = await RawTls.ConnectAsync(server.Port, pki.Client);
        await client.Stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.True(SpinWait.SpinUntil(() => server.Refused == 1, Patience));
        Assert.Equal("The client was too slow.", Assert.Single(server.Connections).Reason);
    }

    [Fact]
    public async Task A_client_that_leaves_without_a_request_is_recorded()
    {
        using var server = Start();
        using (await RawTls.ConnectAsync(server.Port, pki.Client))
        {
        }

        Assert.True(SpinWait.SpinUntil(() => server.Refused == 1, Patience));
        Assert.NotNull(Assert.Single(server.Connections).Reason);
    }

    [Fact]
    public async Task The_record_keeps_the_newest_thousand()
    {
        using var server = Start();
        for (var i = 0; i < 1010; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, server.Port);
        }

        Assert.True(SpinWait.SpinUntil(() => server.Refused == 1010, Patience), $"{server.Refused} refused");
        Assert.Equal(1000, server.Connections.Count);
    }

    [Fact]
    public async Task Stopping_ends_open_connections_and_frees_the_port()
    {
        using var server = Start();
        using var open = await RawTls.ConnectAsync(server.Port, pki.Client);
        using var half = new TcpClient();
        await half.ConnectAsync(IPAddress.Loopback, server.Port);
        await AssertServesAsync(server);
        Assert.True(server.IsRunning);

        server.Stop();
        server.Stop();

        Assert.False(server.IsRunning);
        Assert.Equal(0, await ReadOrEndAsync(open.Stream));
        Assert.Equal(0, await ReadOrEndAsync(half.GetStream()));
        Assert.False(Loopback.Accepts(server.Port));
        using var next = Start(options => options with { Port = server.Port });
        await AssertServesAsync(next);
        Assert.NotEqual(server.Id, next.Id);
    }

    [Fact]
    public void A_taken_port_is_an_error()
    {
        using var first = Start();

        var error = Assert.Throws<ServerException>(() => Start(options => options with { Port = first.Port }));

        Assert.Equal(ErrorCode.PortInUse, error.Code);
        Assert.Contains($"{first.Port}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void An_address_of_another_machine_is_an_error(string address)
    {
        var error = Assert.Throws<ServerException>(() => Start(options => options with { Address = IPAddress.Parse(address) }));

        Assert.Equal(ErrorCode.AddressNotAvailable, error.Code);
    }

    [Fact]
    public void A_certificate_without_its_key_is_an_error()
    {
        var error = Assert.Throws<KeyException>(() => Start(options => options with { Certificate = MtlsCertificate.Create(pki.Server.X509) }));

        Assert.Equal(ErrorCode.KeyRequired, error.Code);
    }

    [Fact]
    public void It_says_where_and_what_it_is()
    {
        using var byName = Start();
        using var byAddress = Start(options => options with { Certificate = pki.Client.WithChain(pki.Client.Chain), Address = IPAddress.Any });

        Assert.Equal($"https://localhost:{byName.Port}/", byName.Uri.ToString());
        Assert.Equal($"https://127.0.0.1:{byAddress.Port}/", byAddress.Uri.ToString());
        Assert.Equal((IPAddress.Loopback, ClientAuthMode.Required, pki.Server, "text"), (byName.Address, byName.ClientAuth, byName.Certificate, byName.Content));
        Assert.Equal([pki.ClientRoot.Certificate], byName.ClientCas);
        Assert.Contains("Required", byName.ToString(), StringComparison.Ordinal);
    }

    private MtlsServer Start(Func<MtlsServerOptions, MtlsServerOptions>? change = null)
    {
        var options = new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate], Content = ServerContent.FromText("hello"), Timeout = TimeSpan.FromSeconds(60) };
        return MtlsServer.Start(change?.Invoke(options) ?? options);
    }

    private async Task AssertServesAsync(MtlsServer server)
    {
        using var client = await RawTls.ConnectAsync(server.Port, pki.Client);
        Assert.EndsWith("\r\n\r\nhello", await client.AskAsync("GET / HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
    }

    /// <summary>A connection that was ended reads as its end or as an error, never as data.</summary>
    private static async Task<int> ReadOrEndAsync(Stream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[100]).AsTask().WaitAsync(Patience);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

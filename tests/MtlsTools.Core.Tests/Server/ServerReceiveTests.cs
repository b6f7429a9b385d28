using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Server;

/// <summary>Each connection is given once, waited for when need be, and a server ends when it was told to.</summary>
public sealed class ServerReceiveTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_connection_that_came_before_is_given_at_once_and_once()
    {
        using var server = Start();
        await RawTls.TryAskAsync(server.Port, pki.Client);
        await RawTls.TryAskAsync(server.Port);

        var first = await server.ReceiveAsync(Patience);
        var second = await server.ReceiveAsync(Patience);

        Assert.Equal((true, "client", "GET /", null), (first.Accepted, first.ClientCertificate?.Name, first.Request, first.Reason));
        Assert.Equal((false, "The client sent no certificate."), (second.Accepted, second.Reason));
        Assert.Empty(server.ReceiveAll());
        Assert.Equal(2, server.Connections.Count);
    }

    [Fact]
    public async Task A_connection_is_waited_for()
    {
        using var server = Start();

        var waiting = server.ReceiveAsync(Patience);
        Assert.False(waiting.IsCompleted);
        await RawTls.TryAskAsync(server.Port, pki.Client);

        Assert.True((await waiting).Accepted);
    }

    [Fact]
    public async Task What_the_client_said_of_itself_is_there()
    {
        using var server = Start();
        await RawTls.TryAskAsync(server.Port, pki.Client, "GET /x?y HTTP/1.1\r\nUser-Agent: agent 7\r\naccept: a\r\nAccept: b\r\n\r\n");

        var seen = await server.ReceiveAsync(Patience);

        Assert.Equal(("localhost", "GET /x?y", "agent 7", "a, b"), (seen.ServerName, seen.Request, seen.Headers["user-agent"], seen.Headers["Accept"]));
        Assert.Equal([pki.ClientInter.Certificate], seen.ClientCertificate!.Chain);
    }

    [Fact]
    public async Task A_wait_in_vain_ends()
    {
        using var server = Start();

        var error = await Assert.ThrowsAsync<ServerException>(() => server.ReceiveAsync(TimeSpan.FromMilliseconds(50)));

        Assert.Equal(ErrorCode.NoConnection, error.Code);
        Assert.Contains(server.Uri.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_can_be_stopped()
    {
        using var server = Start();
        using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.ReceiveAsync(Patience, stopping.Token));
    }

    [Fact]
    public async Task A_stopped_server_gives_what_is_left_and_then_says_so()
    {
        using var server = Start();
        await RawTls.TryAskAsync(server.Port, pki.Client);
        Assert.True(SpinWait.SpinUntil(() => server.Accepted == 1, Patience));
        server.Stop();

        Assert.True((await server.ReceiveAsync(Patience)).Accepted);
        Assert.Equal(ErrorCode.ServerEnded, (await Assert.ThrowsAsync<ServerException>(() => server.ReceiveAsync(Patience))).Code);
    }

    [Fact]
    public async Task A_wait_ends_with_the_server()
    {
        using var server = Start();
        var waiting = server.ReceiveAsync(Patience);

        server.Stop();

        Assert.Equal(ErrorCode.ServerEnded, (await Assert.ThrowsAsync<ServerException>(() => waiting)).Code);
    }

    [Fact]
    public async Task A_server_ends_after_as_many_clients_as_it_was_told()
    {
        using var server = Start(3);
        using (await RawTls.ConnectAsync(server.Port, pki.Client))
        {
            // Who asks for nothing does not count.
        }

        Assert.StartsWith("HTTP/1.1 200 ", await RawTls.TryAskAsync(server.Port, pki.Client), StringComparison.Ordinal);
        Assert.Equal("", await RawTls.TryAskAsync(server.Port));
        Assert.True(server.IsRunning);
        Assert.StartsWith("HTTP/1.1 200 ", await RawTls.TryAskAsync(server.Port, pki.Client), StringComparison.Ordinal);

        Assert.True(SpinWait.SpinUntil(() => !server.IsRunning, Patience));
        Assert.True(SpinWait.SpinUntil(() => !Loopback.Accepts(server.Port), Patience));
        for (var i = 0; i < 4; i++)
            await server.ReceiveAsync(Patience);
        Assert.Equal(ErrorCode.ServerEnded, (await Assert.ThrowsAsync<ServerException>(() => server.ReceiveAsync(Patience))).Code);
    }

    [Fact]
    public async Task No_more_clients_than_that_are_served_at_the_same_time()
    {
        using var server = Start(2);
        var clients = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RawTls.ConnectAsync(server.Port, pki.Client)));

        var answers = await Task.WhenAll(clients.Select(async client => await RawTls.TryAskAsync(() => Task.FromResult(client))));

        Assert.Equal(2, answers.Count(answer => answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)));
        Assert.Equal(2, server.Accepted);
        Assert.True(SpinWait.SpinUntil(() => server.Refused == 4, Patience));
        Assert.Equal(4, server.Connections.Count(one => one.Reason == "The server had served its last client (-MaxRequests)."));
    }

    private MtlsServer Start(int? most = null) => MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate], MaximumRequests = most });
}

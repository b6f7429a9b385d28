using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections;

namespace MtlsTools.Server;

/// <summary>Serves one connection: handshake, judgement of the client, one request, one answer.</summary>
internal sealed class ConnectionHandler(MtlsServerOptions options, TlsIdentity identity, ClientJudge judge, RequestBudget budget, Socket socket)
{
    private ClientJudgement judgement = ClientJudgement.Welcome;
    private string? serverName;
    private string late = "The client was too slow.";

    internal async Task<ServerConnection> RunAsync(CancellationToken stopping)
    {
        var connection = new ServerConnection { Time = TimeProvider.System.GetUtcNow(), RemoteEndPoint = socket.RemoteEndPoint as IPEndPoint };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var network = new NetworkStream(socket, ownsSocket: true);
        await using var tls = new SslStream(network);
        try
        {
            limit.CancelAfter(options.Timeout);
            if (options.Scenario is ServerScenario.DropBeforeHandshake or ServerScenario.PlainHttp)
                return await RefuseTlsAsync(network, connection, limit.Token).ConfigureAwait(false);
            await tls.AuthenticateAsServerAsync((_, hello, _, _) => Choose(hello), null, limit.Token).ConfigureAwait(false);
            connection = WithJudgement(connection) with { Protocol = tls.SslProtocol, CipherSuite = tls.NegotiatedCipherSuite };
            limit.CancelAfter(options.Timeout);
            return await ServeAsync(tls, connection, limit).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is AuthenticationException or CryptographicException)
        {
            budget.TryTake();
            await ServerSocket.LetTheClientReadAsync(socket, limit.Token).ConfigureAwait(false);
            return WithFailure(connection, failed);
        }
        catch (OperationCanceledException)
        {
            return WithJudgement(connection) with { Reason = stopping.IsCancellationRequested ? "The server was stopped." : late };
        }
        catch (Exception failed) when (failed is IOException or SocketException)
        {
            return WithFailure(connection, failed);
        }
    }

    private ValueTask<SslServerAuthenticationOptions> Choose(SslClientHelloInfo hello)
    {
        serverName = hello.ServerName.Length > 0 ? hello.ServerName : null;
        return ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = identity.Context,
            EnabledSslProtocols = options.TlsVersion,
            ClientCertificateRequired = options.ClientAuth != ClientAuthMode.None,
            RemoteCertificateValidationCallback = (_, presented, chain, _) => LetIn(presented, chain),
            AllowRenegotiation = false,

            // The platform builds a chain whether it is wanted or not; the verdict is ours, so it need not look far, and must not follow a stranger's URLs.
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },

            // Every connection is judged anew: a resumed session would carry an old verdict.
            AllowTlsResume = false,
        });
    }

    private bool LetIn(X509Certificate? presented, X509Chain? chain)
    {
        judgement = judge.Judge(presented, chain);
        return judgement.Reason is null || options.StatusOnReject is not null;
    }

    private async Task<ServerConnection> ServeAsync(SslStream tls, ServerConnection connection, CancellationTokenSource limit)
    {
        ServerRequest? request = null;
        ServerAnswer answer;
        try
        {
            request = await new HttpRequestReader(tls).ReadAsync(options.Content.TakesEveryMethod && judgement.Reason is null, limit.Token).ConfigureAwait(false);
            if (request is null)
                return connection with { Reason = judgement.Reason ?? "The client sent no request." };
            connection = connection with { Request = request.ToString(), Headers = request.Headers };
            if (!budget.TryTake())
                return connection with { Reason = "The server had served its last client (-MaxRequests)." };
            if (options.Scenario is ServerScenario.DropBeforeAnswer or ServerScenario.Silent)
                return await LeaveUnansweredAsync(tls, connection, limit).ConfigureAwait(false);
            (answer, connection) = await AnswerAsync(request, connection, limit.Token).ConfigureAwait(false);
        }
        catch (MalformedRequestException malformed)
        {
            connection = connection with { Reason = judgement.Reason ?? malformed.Message };
            answer = ServerAnswer.Text(malformed.Status, "Bad request\n");
        }

        await WriteAsync(tls, answer, request?.Method != "HEAD", limit).ConfigureAwait(false);
        return connection with { Accepted = connection.Reason is null, Status = answer.Status };
    }

    private async Task<(ServerAnswer Answer, ServerConnection Connection)> AnswerAsync(ServerRequest request, ServerConnection connection, CancellationToken cancellation)
    {
        if (judgement.Reason is { } reason)
            return (ServerAnswer.Text(options.StatusOnReject!.Value, judgement.Certificate is null ? $"Client certificate required. {reason}\n" : $"Client certificate refused. {reason}\n"), connection);
        var usually = late;
        try
        {
            late = "The answer was not made in time.";
            var answer = await options.Content.AnswerAsync(request, connection, cancellation).ConfigureAwait(false);
            late = usually;
            return (answer, connection);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // A handler is somebody else's code; whatever it throws ends this answer and not the server.
            return (ServerAnswer.Text(500, "The server failed to make an answer\n"), connection with { Error = failed.Message });
        }
    }

    private async Task WriteAsync(SslStream tls, ServerAnswer answer, bool withBody, CancellationTokenSource limit)
    {
        if (options.Scenario == ServerScenario.Slow)
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
        try
        {
            await new AnswerWriter(tls, options.Scenario).WriteAsync(answer, withBody, limit.Token).ConfigureAwait(false);
            if (answer.Status >= 400)
                await ServerSocket.LetTheClientReadAsync(socket, limit.Token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A client that has read enough goes; it was let in all the same.
        }
    }

    private async Task<ServerConnection> RefuseTlsAsync(NetworkStream network, ServerConnection connection, CancellationToken cancellation)
    {
        if (options.Scenario == ServerScenario.PlainHttp)
        {
            await network.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellation).ConfigureAwait(false);
            await ServerSocket.LetTheClientReadAsync(socket, cancellation).ConfigureAwait(false);
        }

        budget.TryTake();
        return connection with { Reason = OfScenario };
    }

    private async Task<ServerConnection> LeaveUnansweredAsync(SslStream tls, ServerConnection connection, CancellationTokenSource limit)
    {
        if (options.Scenario == ServerScenario.Silent)
        {
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            while (await tls.ReadAsync(new byte[1024], limit.Token).ConfigureAwait(false) > 0)
            {
                // Whatever else the client says is not answered either; it will go.
            }
        }

        return connection with { Reason = OfScenario };
    }

    private string OfScenario => $"The scenario {options.Scenario} left the client without an answer.";

    private ServerConnection WithJudgement(ServerConnection connection) => connection with
    {
        ServerName = serverName,
        ClientCertificate = judgement.Certificate,
        Findings = judgement.Findings,
        Reason = judgement.Reason,
    };

    private ServerConnection WithFailure(ServerConnection connection, Exception failed)
    {
        var alert = TlsAlerts.FromException(failed) is { } number ? new TlsAlertInfo(number) : null;
        var words = (failed.InnerException ?? failed).Message;
        return WithJudgement(connection) with
        {
            Alert = alert,
            Reason = judgement.Reason
                ?? (alert is not null ? $"The client refused this server or gave up, with the alert {alert}."
                : failed is IOException or SocketException ? $"The connection ended: {words}" : $"The TLS handshake failed: {words}"),
        };
    }
}

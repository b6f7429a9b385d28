using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Verification;

namespace MtlsTools.Server;

/// <summary>Serves one connection: handshake, judgement of the client, one request, one answer.</summary>
internal sealed class ConnectionHandler(MtlsServerOptions options, TlsIdentity identity, Socket socket)
{
    private MtlsCertificate? client;
    private IReadOnlyList<Finding> findings = [];
    private string? reason;

    internal async Task<ServerConnection> RunAsync(CancellationToken stopping)
    {
        var connection = new ServerConnection { Time = TimeProvider.System.GetUtcNow(), RemoteEndPoint = socket.RemoteEndPoint as IPEndPoint };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            limit.CancelAfter(options.Timeout);
            await tls.AuthenticateAsServerAsync(ToTlsOptions(), limit.Token).ConfigureAwait(false);
            connection = connection with { Protocol = tls.SslProtocol, CipherSuite = tls.NegotiatedCipherSuite, ClientCertificate = client };
            limit.CancelAfter(options.Timeout);
            return await AnswerAsync(tls, connection, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is AuthenticationException or CryptographicException)
        {
            await LetTheClientReadAsync(limit.Token).ConfigureAwait(false);
            return connection with { Reason = reason ?? $"The TLS handshake failed: {(failed.InnerException ?? failed).Message}", Findings = findings, ClientCertificate = client };
        }
        catch (OperationCanceledException)
        {
            return connection with { Reason = stopping.IsCancellationRequested ? "The server was stopped." : "The client was too slow." };
        }
        catch (Exception failed) when (failed is IOException or SocketException)
        {
            return connection with { Reason = $"The client ended the connection: {(failed.InnerException ?? failed).Message}" };
        }
    }

    private SslServerAuthenticationOptions ToTlsOptions() => new()
    {
        ServerCertificateContext = identity.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = options.ClientAuth != ClientAuthMode.None,
        RemoteCertificateValidationCallback = (_, presented, chain, _) => JudgeClient(presented, chain),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        AllowRenegotiation = false,

        // Every connection is judged anew: a resumed session would carry an old verdict.
        AllowTlsResume = false,
    };

    private bool JudgeClient(X509Certificate? presented, X509Chain? chain)
    {
        if (options.ClientAuth == ClientAuthMode.None)
            return true;
        if (presented is null)
        {
            reason = options.ClientAuth == ClientAuthMode.Required ? "The client sent no certificate." : null;
            return reason is null;
        }

        try
        {
            client = MtlsCertificate.FromPeer(presented, chain);
            var report = CertificateVerifier.Verify(client, new VerificationOptions { TrustedCas = options.ClientCas, Purpose = CertificatePurpose.Client });
            findings = report.Findings;

            // Two engines that were written apart have to agree before anyone is let in.
            reason = report.Success && report.PlatformVerdict.Success ? null : string.Join(" ", findings.Select(finding => finding.Cause));
            return reason is null;
        }
        catch (MtlsException damaged)
        {
            reason = damaged.Message;
            return false;
        }
    }

    private async Task<ServerConnection> AnswerAsync(SslStream tls, ServerConnection connection, CancellationToken cancellation)
    {
        ServerAnswer answer;
        var head = false;
        try
        {
            if (await HttpRequestReader.ReadAsync(tls, cancellation).ConfigureAwait(false) is not { } request)
                return connection with { Reason = "The client sent no request." };
            connection = connection with { Request = $"{request.Method} {request.Path}" };
            head = request.Method == "HEAD";
            answer = head || request.Method == "GET"
                ? options.Content.Answer(request.Path, connection)
                : ServerAnswer.Plain(405, "Only GET and HEAD are answered\n");
        }
        catch (InvalidDataException malformed)
        {
            connection = connection with { Reason = malformed.Message };
            answer = ServerAnswer.Plain(400, "Bad request\n");
        }

        try
        {
            await WriteAsync(tls, answer, head, cancellation).ConfigureAwait(false);
            if (answer.Status is 400 or 405)
                await LetTheClientReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A client that has read enough goes; it was let in all the same.
        }

        return connection with { Accepted = connection.Reason is null, Status = answer.Status };
    }

    private static async Task WriteAsync(SslStream tls, ServerAnswer answer, bool head, CancellationToken cancellation)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} {(HttpStatusCode)answer.Status}\r\nContent-Type: {answer.ContentType}\r\nContent-Length: {answer.Body.Length}\r\n{(answer.Status == 405 ? "Allow: GET, HEAD\r\n" : "")}Connection: close\r\n\r\n");
        await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(start), cancellation).ConfigureAwait(false);
        if (!head)
            await tls.WriteAsync(answer.Body, cancellation).ConfigureAwait(false);
        await tls.ShutdownAsync().ConfigureAwait(false);
    }

    /// <summary>Closing over unread data resets the connection and may destroy what the client has not read yet; an orderly end first, then the rest is drained.</summary>
    private async Task LetTheClientReadAsync(CancellationToken cancellation)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            using var brief = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            brief.CancelAfter(TimeSpan.FromMilliseconds(500));
            var rest = new byte[64 * 1024];
            for (var i = 0; i < 16 && await socket.ReceiveAsync(rest, SocketFlags.None, brief.Token).ConfigureAwait(false) > 0; i++)
            {
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone already, which is what the end of a refusal looks like.
        }
    }
}

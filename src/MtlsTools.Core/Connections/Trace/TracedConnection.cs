using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections.Application;
using MtlsTools.Connections.Preamble;

namespace MtlsTools.Connections.Trace;

/// <summary>One connection that is watched.</summary>
internal sealed class TracedConnection(ConnectionTarget target, ClientSetup setup)
{
    private readonly ConnectionOptions options = setup.Options;
    private readonly RecordTap tap = new();
    private string? refusal;
    private bool answered;

    private string Host => options.ServerName ?? target.Host;

    internal async Task<HandshakeTrace> RunAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var bare = await OpenAsync(limit, cancellation).ConfigureAwait(false);
        var wire = new TlsWireStream(bare, tap);
        var (side, end) = (TraceSide.Client, "closed by this side, once the answer had begun");
        try
        {
            limit.CancelAfter(options.Timeout);
            await TalkAsync(wire, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            end = $"nothing more came within {Patience}";
        }
        catch (Exception failed) when (failed is IOException or SocketException or CryptographicException)
        {
            cancellation.ThrowIfCancellationRequested();
            (side, end) = Explain(wire, failed);
        }

        return await ToTraceAsync(side, end, cancellation).ConfigureAwait(false);
    }

    private string Patience => FormattableString.Invariant($"{options.Timeout.TotalSeconds:0.#} seconds");

    /// <summary>Up to where TLS begins.</summary>
    private async Task<Stream> OpenAsync(CancellationTokenSource limit, CancellationToken cancellation)
    {
        try
        {
            limit.CancelAfter(options.Timeout);
            return await ConnectionOpening.OpenAsync(target, options, async (stage, work) =>
            {
                await work(limit.Token).ConfigureAwait(false);
                if (stage == ConnectionStage.Connect)
                    limit.CancelAfter(options.Timeout);
            }).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is SocketException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            var why = failed switch
            {
                SocketException { SocketErrorCode: var error } => error.ToString(),
                PreambleException { Said: { Length: > 0 } said } => $"before TLS could begin the other side said '{said}'",
                OperationCanceledException => $"nothing came within {Patience}",
                _ => "the connection was closed before TLS could begin",
            };
            throw new ConnectionException(ErrorCode.TargetNotReached, $"{target} can not be reached over TLS ({why}), so there is no handshake to trace. Check name, port and firewall; Test-MtlsConnection tells more.", failed);
        }
    }

    private async Task TalkAsync(TlsWireStream wire, CancellationToken cancellation)
    {
        var connect = KeyLogContext.Instance?.Connect ?? TraceTls.ConnectAsync;
        var intermediates = new X509Certificate2Collection(options.Certificate?.Intermediates.Select(one => one.X509).ToArray() ?? []);
        await using var tls = await connect(wire, Host, setup.Identity?.Certificate, intermediates, options.TlsVersion, JudgeServer, cancellation).ConfigureAwait(false);
        var answer = await ApplicationExchange.AskAsync(tls, ApplicationProtocols.Of(target, options), cancellation).ConfigureAwait(false);
        answered = answer.Start.Length > 0 || answer.StayedOpen;
        if (!answered)
            throw new IOException("the connection was closed before an answer came");
    }

    private bool JudgeServer(X509Certificate? presented, X509Chain? chain)
    {
        try
        {
            if (options.SkipServerCheck || presented is null)
                return options.SkipServerCheck;
            var report = setup.Judge.Judge(MtlsCertificate.FromPeer(presented, chain), Host);
            refusal = report.Success ? null : string.Join(" ", report.Findings.Select(finding => finding.Cause));
        }
        catch (MtlsException damaged)
        {
            refusal = damaged.Message;
        }

        return refusal is null;
    }

    private (TraceSide Side, string End) Explain(TlsWireStream wire, Exception failed)
    {
        if (refusal is not null)
            return (TraceSide.Client, $"this side refuses the server's certificate: {refusal}");
        if (tap.IsNotTls)
            return (TraceSide.Server, "what the server says is no TLS");
        var alert = TlsAlerts.FromException(failed) is { } number ? $" (alert {new TlsAlertInfo(number)})" : "";
        return wire.HasEnded || alert.Length > 0 || failed is IOException
            ? (TraceSide.Server, $"closed by the server before an answer came{alert}")
            : (TraceSide.Client, $"this side gives up: {(failed.InnerException ?? failed).Message}");
    }

    private async Task<HandshakeTrace> ToTraceAsync(TraceSide side, string end, CancellationToken cancellation)
    {
        var records = tap.Records;
        var secrets = await SecretsAsync(records, cancellation).ConfigureAwait(false);
        var messages = TraceReader.Read(records, secrets);
        messages.Add(new TracedMessage { Number = messages.Count + 1, Time = tap.Elapsed, From = side, Name = "Closed", Summary = tap.IsCut ? $"{end}; there was more than is kept here" : end });
        return new HandshakeTrace
        {
            Target = target.ToString(),
            Messages = messages.Select(message => message with { Target = target.ToString() }).ToList(),
            Success = answered,
            NotOpened = messages.Exists(message => message.Name == "Encrypted") ? HandshakeTracer.KeyLogRefusal ?? "The secrets of this session were not told, or do not fit." : null,
            KeyLog = secrets.Lines,
        };
    }

    private static async Task<SessionSecrets> SecretsAsync(IReadOnlyList<WireRecord> records, CancellationToken cancellation)
    {
        if (KeyLogContext.Instance is not { } context || TraceReader.ClientRandom(records) is not { } random)
            return SessionSecrets.None;
        await context.WaitAsync(random, records.Any(record => record is { From: TraceSide.Server, Type: WireRecord.ApplicationData }), cancellation).ConfigureAwait(false);
        return new SessionSecrets(context.Take(random));
    }
}

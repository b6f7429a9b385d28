using System.Diagnostics;
using System.Formats.Asn1;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Connections.Application;
using MtlsTools.Verification;

namespace MtlsTools.Connections;

/// <summary>One connection with or without a certificate, and everything that it showed. It judges nothing but the server's certificate.</summary>
internal sealed class ConnectionAttempt
{
    private readonly ConnectionTarget target;
    private readonly ClientSetup setup;
    private readonly ConnectionOptions options;
    private readonly TlsIdentity? identity;

    private ConnectionAttempt(ConnectionTarget target, ClientSetup setup, TlsIdentity? identity)
    {
        this.target = target;
        this.setup = setup;
        this.identity = identity;
        options = setup.Options;
    }

    internal ConnectionStage Stage { get; private set; } = ConnectionStage.Resolve;

    /// <summary>What ended the attempt, or null when an answer (or a clean close) came.</summary>
    internal Exception? Failure { get; private set; }

    internal bool TimedOut { get; private set; }

    internal TimeSpan ResolveTime { get; private set; }

    internal TimeSpan ConnectTime { get; private set; }

    internal TimeSpan HandshakeTime { get; private set; }

    internal TimeSpan RequestTime { get; private set; }

    internal MtlsCertificate? ServerCertificate { get; private set; }

    internal CertificateReport? ServerReport { get; private set; }

    /// <summary>Why the server's certificate could not even be read, or null.</summary>
    internal string? ServerDamage { get; private set; }

    /// <summary>Whether this side ended the connection over the server's certificate.</summary>
    internal bool RefusedServer => ServerReport is { Success: false } || ServerDamage is not null || Revocation.Count > 0;

    /// <summary>What the server's CAs say against it.</summary>
    internal IReadOnlyList<Finding> Revocation { get; private set; } = [];

    /// <summary>Whether the server asked for a certificate; null while unknown.</summary>
    internal bool? Requested { get; private set; }

    internal bool Sent { get; private set; }

    internal IReadOnlyList<string> AcceptableIssuers { get; private set; } = [];

    /// <summary>The signature schemes that the server asks of clients; seen under TLS 1.2 alone.</summary>
    internal IReadOnlyList<int> SignatureSchemes { get; private set; } = [];

    internal SslProtocols? Protocol { get; private set; }

    internal TlsCipherSuite? CipherSuite { get; private set; }

    internal ApplicationAnswer? Answer { get; private set; }

    internal int? Alert { get; private set; }

    internal bool SpeaksTls { get; private set; } = true;

    /// <summary>Whether the server ended the connection, rather than this side.</summary>
    internal bool EndedByPeer { get; private set; }

    /// <summary>Connects, shakes hands, asks, reads.</summary>
    /// <exception cref="OperationCanceledException">The caller stopped it; a stage that takes too long is told by <see cref="TimedOut"/> instead.</exception>
    internal static async Task<ConnectionAttempt> RunAsync(ConnectionTarget target, ClientSetup setup, TlsIdentity? identity, CancellationToken cancellation)
    {
        var attempt = new ConnectionAttempt(target, setup, identity);
        try
        {
            await attempt.RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException stopped) when (!cancellation.IsCancellationRequested)
        {
            attempt.TimedOut = true;
            attempt.Failure = stopped;
        }
        catch (Exception failed) when (failed is SocketException or IOException or AuthenticationException or CryptographicException)
        {
            cancellation.ThrowIfCancellationRequested();
            attempt.Failure = failed;
            attempt.Alert ??= TlsAlerts.FromException(failed);
            if (failed is CryptographicException { InnerException: AsnContentException })
                attempt.ServerDamage ??= failed.Message; // The platform itself stumbles over some extensions.
        }

        return attempt;
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        await using var bare = await ConnectionOpening.OpenAsync(target, options, (stage, work) => StepAsync(stage, work, cancellation)).ConfigureAwait(false);
        Stage = ConnectionStage.Handshake;
        var wire = new TlsWireStream(bare);
        await using var tls = new SslStream(wire);
        try
        {
            HandshakeTime = await TimedAsync(token => tls.AuthenticateAsClientAsync(ToTlsOptions(), token), cancellation).ConfigureAwait(false);
            Protocol = tls.SslProtocol;
            CipherSuite = tls.NegotiatedCipherSuite;
            NoteSent(tls, wire);
            if (options.RevocationMode != X509RevocationMode.NoCheck && ServerReport is not null)
                HandshakeTime += await TimedAsync(async token => Revocation = await OnlineRevocation.CheckAsync(ServerReport, options, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            if (RefusedServer)
                return;
            Stage = ConnectionStage.Application;
            if (options.HandshakeOnly)
                return;
            var protocol = ApplicationProtocols.Of(target, options);
            RequestTime = await TimedAsync(async token => Answer = await ApplicationExchange.AskAsync(tls, protocol, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (Stage == ConnectionStage.Application)
                NoteLateRequest(tls);
            else
                ReadWire(wire);
            Alert = wire.Received.Alert;
            SpeaksTls = wire.Received.IsTls;
            EndedByPeer = wire.HasEnded;
        }
    }

    private async Task StepAsync(ConnectionStage stage, Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        Stage = stage;
        var took = await TimedAsync(work, cancellation).ConfigureAwait(false);
        if (stage == ConnectionStage.Resolve)
            ResolveTime = took;
        else
            ConnectTime += took;
    }

    private async Task<TimeSpan> TimedAsync(Func<CancellationToken, Task> stage, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Timeout);
        var begin = Stopwatch.GetTimestamp();
        await stage(limit.Token).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return Stopwatch.GetElapsedTime(begin);
    }

    private SslClientAuthenticationOptions ToTlsOptions()
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = options.ServerName ?? target.Host,
            EnabledSslProtocols = options.TlsVersion,
            RemoteCertificateValidationCallback = (_, presented, chain, _) => presented is not null && JudgeServer(() => MtlsCertificate.FromPeer(presented, chain)),

            // The platform builds a chain whether it is wanted or not; the verdict is ours, so it need not look far, and must not download anything.
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },

            // A resumed session skips the very exchange that is under test, and a cached one forgets the intermediates.
            AllowTlsResume = false,
        };
        if (identity is not null)
            tls.ClientCertificateContext = identity.Context;
        else
            tls.LocalCertificateSelectionCallback = (_, _, _, remote, issuers) => NoteRequest(remote, issuers);
        return tls;
    }

    /// <summary>The platform asks once before the handshake (no server certificate yet) and again when the server really wants a certificate.</summary>
    private X509Certificate NoteRequest(X509Certificate? remote, string[] issuers)
    {
        if (remote is not null)
        {
            Requested = true;
            AcceptableIssuers = issuers.Select(IssuerNames.Normalize).ToList();
        }

        return null!;
    }

    /// <summary>The platform calls a connection mutual when it was asked for a certificate and has one; the wire knows whether it went out.</summary>
    private void NoteSent(SslStream tls, TlsWireStream wire)
    {
        Sent = tls.IsMutuallyAuthenticated && wire.ShowsClientCertificate;
        Requested = tls.IsMutuallyAuthenticated || Requested == true || wire.Received.Handshake.CertificateRequested;
        NoteIssuers(wire.Received.Handshake);
    }

    /// <summary>Some servers ask only once they know the path (IIS: renegotiation, or TLS 1.3 post-handshake authentication).</summary>
    private void NoteLateRequest(SslStream tls)
    {
        if (Requested == false && tls.IsMutuallyAuthenticated)
            Requested = Sent = true;
    }

    /// <summary>A TLS 1.2 server refuses inside the handshake, before the platform shows anything; what both sides sent until then was readable.</summary>
    private void ReadWire(TlsWireStream wire)
    {
        var handshake = wire.Received.Handshake;
        if (handshake.IsComplete)
        {
            Requested = handshake.CertificateRequested;
            Sent = wire.ShowsClientCertificate;
        }

        NoteIssuers(handshake);
        if (ServerCertificate is null && ServerDamage is null && handshake.Certificates.Count > 0)
            JudgeServer(() => MtlsCertificate.FromPeer(handshake.Certificates[0], handshake.Certificates.Skip(1)));
    }

    private void NoteIssuers(PlainHandshake handshake)
    {
        SignatureSchemes = handshake.SignatureSchemes;
        if (AcceptableIssuers.Count == 0)
            AcceptableIssuers = handshake.AcceptableIssuers.Select(IssuerNames.Decode).ToList();
    }

    private bool JudgeServer(Func<MtlsCertificate> presented)
    {
        try
        {
            ServerCertificate = presented();
        }
        catch (MtlsException damaged)
        {
            ServerDamage = options is { SkipServerCheck: true, HandshakeOnly: false } ? null : damaged.Message;
            return options.SkipServerCheck;
        }

        if (options.SkipServerCheck)
            return true;
        ServerReport = setup.Judge.Judge(ServerCertificate, options.ServerName ?? target.Host);
        return ServerReport.Success;
    }
}

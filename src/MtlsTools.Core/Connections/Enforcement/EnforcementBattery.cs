using System.Security.Authentication;
using System.Security.Cryptography;
using MtlsTools.Certificates;

namespace MtlsTools.Connections.Enforcement;

/// <summary>Tries on a server whom it lets in: impostors that are made up on the spot, and the good client as the proof that it lets in anybody.</summary>
public sealed class EnforcementBattery
{
    private readonly ConnectionTarget target;
    private readonly EnforcementOptions options;
    private readonly Action<ProbeResult>? progress;
    private readonly CancellationToken cancellation;
    private readonly HashSet<SslProtocols> goodClientIn = [];
    private readonly Dictionary<SslProtocols, ConnectionReport> distrusted = [];

    private EnforcementBattery(ConnectionTarget target, EnforcementOptions options, Action<ProbeResult>? progress, CancellationToken cancellation)
    {
        this.target = target;
        this.options = options;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /// <summary>Tries every probe over every TLS version.</summary>
    /// <param name="target">The server.</param>
    /// <param name="options">How, and with what.</param>
    /// <param name="progress">Receives each result as it comes, from any thread.</param>
    /// <param name="cancellation">Stops at once; what a CA has issued for the test is revoked all the same.</param>
    /// <returns>The report. A server that can not be reached is a report as well, not an exception.</returns>
    /// <exception cref="KeyException">The good client's certificate has no private key.</exception>
    /// <exception cref="MtlsException">The CA's key can not be opened, or its folder not written.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public static async Task<EnforcementReport> RunAsync(ConnectionTarget target, EnforcementOptions options, Action<ProbeResult>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        return await new EnforcementBattery(target, options, progress, cancellation).RunAsync().ConfigureAwait(false);
    }

    private async Task<EnforcementReport> RunAsync()
    {
        var scouts = new Dictionary<SslProtocols, ConnectionReport>();
        foreach (var version in options.Versions)
            scouts[version] = await ConnectAsync(null, version, isValid: false).ConfigureAwait(false);
        var identities = ProbeIdentities.Create(options, BestOf(scouts.Values), TimeProvider.System.GetUtcNow());
        var issued = IssuedProbes.Create(options.Ca, scouts.Values.All(IsInVain) ? [] : options.Selected, cancellation);
        try
        {
            var results = new List<ProbeResult>();
            foreach (var (version, scout) in scouts)
                results.AddRange(await RunAsync(version, scout, identities, issued).ConfigureAwait(false));
            var ordered = results.OrderBy(result => result.Probe).ThenBy(result => result.TlsVersion).ToList();
            return new EnforcementReport { Target = target.ToString(), Results = ordered, Findings = EnforcementFindings.Of(target, options, ordered).ToList() };
        }
        finally
        {
            issued.Revoke();
        }
    }

    /// <summary>The connection that showed most of the server.</summary>
    private static ConnectionReport BestOf(IEnumerable<ConnectionReport> scouts) => scouts.OrderByDescending(scout => scout.AcceptableIssuers.Count).ThenByDescending(scout => scout.ServerCertificate is not null).First();

    /// <summary>Where the server does not speak this version, does not answer, or is not the right one, trying everything would only take time.</summary>
    private static bool IsInVain(ConnectionReport scout) => ProbeJudge.Judge(scout).Outcome switch
    {
        ProbeOutcome.NotOffered => true,
        ProbeOutcome.NotTested => scout.ServerCertificate is null || scout.ServerTrusted == false,
        _ => false,
    };

    /// <summary>All probes over one version: the good client first, because it shows what an answer to somebody who is let in looks like.</summary>
    private async Task<IReadOnlyList<ProbeResult>> RunAsync(SslProtocols version, ConnectionReport scout, ProbeIdentities identities, IssuedProbes issued)
    {
        if (IsInVain(scout))
        {
            var (outcome, evidence) = ProbeJudge.Judge(scout);
            return options.Selected.Select(probe => Report(Result(probe, version, identities) with { Outcome = outcome, Evidence = evidence, Connection = scout })).ToList();
        }

        var results = new System.Collections.Concurrent.ConcurrentBag<ProbeResult>();
        if (options.Selected.Any(identities.IsValid) && await FindStrangerAsync(version).ConfigureAwait(false) is { } stranger)
            distrusted[version] = stranger;
        foreach (var probe in options.Selected.Where(probe => probe == EnforcementProbe.GoodClient))
            results.Add(await TryAsync(probe, version, scout, identities, issued).ConfigureAwait(false));
        if (results.Any(result => result.Success))
            goodClientIn.Add(version);
        await Parallel.ForEachAsync(
            options.Selected.Where(probe => probe != EnforcementProbe.GoodClient),
            new ParallelOptions { MaxDegreeOfParallelism = options.MaximumConnections, CancellationToken = cancellation },
            async (probe, _) => results.Add(await TryAsync(probe, version, scout, identities, issued).ConfigureAwait(false))).ConfigureAwait(false);
        return [.. results];
    }

    private async Task<ProbeResult> TryAsync(EnforcementProbe probe, SslProtocols version, ConnectionReport scout, ProbeIdentities identities, IssuedProbes issued)
    {
        var result = Result(probe, version, identities);
        if (issued.WhyNot(probe) is { } forbidden)
            return Report(result with { Evidence = $"The CA could not issue the certificate. {forbidden}" });
        try
        {
            var certificate = issued.Of(probe) ?? identities.Of(probe);
            var isValid = identities.IsValid(probe);
            if (isValid && distrusted.TryGetValue(version, out var stranger))
                return Report(result with { Evidence = $"The server is not trusted, so a valid identity was not shown to it. {ProbeJudge.Judge(stranger).Evidence}", Connection = stranger });
            var connection = probe == EnforcementProbe.NoCertificate ? scout : await ConnectAsync(certificate, version, isValid).ConfigureAwait(false);
            var (outcome, evidence) = ProbeJudge.Judge(connection);
            if (outcome == ProbeOutcome.Refused && certificate is not null && !connection.ClientCertificateSent)
                (outcome, evidence) = (ProbeOutcome.Impossible, "This system did not send the certificate, so that the server refused a client without one.");
            if (outcome == ProbeOutcome.Impossible && !MayBeImpossible(probe))
                outcome = ProbeOutcome.NotTested;
            if (ProbeJudge.IsSilent(connection))
                (outcome, evidence) = await WatchAsync(certificate, version, isValid).ConfigureAwait(false);
            if (outcome == ProbeOutcome.Unproven && goodClientIn.Contains(version))
                (outcome, evidence) = (ProbeOutcome.Refused, $"{evidence} The good client gets another answer.");
            return Report(result with { Outcome = outcome, Evidence = evidence, Certificate = certificate, Connection = connection });
        }
        catch (Exception impossible) when (impossible is CryptographicException or ArgumentException or AuthenticationException)
        {
            return Report(result with { Outcome = MayBeImpossible(probe) ? ProbeOutcome.Impossible : ProbeOutcome.NotTested, Evidence = $"This system does not let such a certificate be used: {impossible.Message}" });
        }
    }

    /// <summary>The platform judges the server only after the client's certificate has gone out: so a stranger is found out before.</summary>
    private async Task<ConnectionReport?> FindStrangerAsync(SslProtocols version) =>
        await ConnectionTester.TestAsync(target, OptionsFor(null, version, isValid: true) with { HandshakeOnly = true }, cancellation).ConfigureAwait(false) is { ServerTrusted: false } stranger ? stranger : null;

    /// <summary>A silent server is watched once more, without a request: one that refuses ends the connection of itself, one that let the client in waits.</summary>
    private async Task<(ProbeOutcome Outcome, string Evidence)> WatchAsync(MtlsCertificate? certificate, SslProtocols version, bool isValid)
    {
        var connection = OptionsFor(certificate, version, isValid);
        var watched = await ConnectionTester.TestAsync(target, connection with { Protocol = ApplicationProtocol.Raw, StartTls = connection.Upgrade }, cancellation).ConfigureAwait(false);
        return watched.Stage switch
        {
            ConnectionStage.Done => (ProbeOutcome.Unproven, "The server let the connection stand after the handshake, and ended it without a word when it was sent a request."),
            ConnectionStage.ClientAuthentication => (ProbeOutcome.Refused, "The server ended the connection right after the handshake, before anything was asked."),
            _ => (ProbeOutcome.NotTested, $"The server ended one connection without a word, and another in the stage {watched.Stage}."),
        };
    }

    private Task<ConnectionReport> ConnectAsync(MtlsCertificate? certificate, SslProtocols version, bool isValid) => ConnectionTester.TestAsync(target, OptionsFor(certificate, version, isValid), cancellation);

    /// <summary>An impostor does not ask whether the server is the right one; a valid identity goes to the right server alone.</summary>
    private ConnectionOptions OptionsFor(MtlsCertificate? certificate, SslProtocols version, bool isValid) => options.Connection with
    {
        Certificate = certificate,
        TlsVersion = version,
        SkipServerCheck = options.Connection.SkipServerCheck || (!isValid && options.Connection.TrustedCas is null),
        CheckEnforcement = false,
        ExpectRejection = false,
        OneConnection = true,
    };

    /// <summary>Platforms refuse to use keys and signatures that are too weak, and keys that are another's; anything else has to reach the server.</summary>
    private static bool MayBeImpossible(EnforcementProbe probe) => probe is EnforcementProbe.OtherKey or EnforcementProbe.WeakKey or EnforcementProbe.WeakSignature;

    private static ExpectedOutcome ExpectedOf(EnforcementProbe probe, ProbeIdentities identities) => probe switch
    {
        EnforcementProbe.GoodClient => ExpectedOutcome.Accepted,

        // Whether a server has the intermediate itself is its own affair: who gets in then is the good client.
        EnforcementProbe.NoIntermediate when identities.LeavesOutIntermediate => ExpectedOutcome.Either,
        _ => ExpectedOutcome.Refused,
    };

    private ProbeResult Result(EnforcementProbe probe, SslProtocols version, ProbeIdentities identities) =>
        new() { Target = target.ToString(), Probe = probe, TlsVersion = version, Expected = ExpectedOf(probe, identities), Outcome = ProbeOutcome.NotTested, Evidence = "" };

    private ProbeResult Report(ProbeResult result)
    {
        progress?.Invoke(result);
        return result;
    }
}

namespace MtlsTools.Connections;

/// <summary>Finds out on live connections whether both sides really authenticate each other. Serves any number of targets, also at a time; owns the key handle.</summary>
public sealed class ConnectionTester : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly ClientSetup setup;

    private ConnectionTester(ClientSetup setup) => this.setup = setup;

    /// <summary>Prepares tests.</summary>
    /// <param name="options">How.</param>
    /// <exception cref="KeyException">The certificate has no private key.</exception>
    /// <exception cref="InputException">A part of the request can not be sent.</exception>
    public static ConnectionTester Create(ConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ConnectionTester(ClientSetup.Create(options));
    }

    /// <summary>Tests one target; whoever has several makes a tester once.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops at once, whatever the stage.</param>
    /// <returns>The report. A connection that fails is a report as well, not an exception.</returns>
    /// <exception cref="KeyException">The certificate has no private key.</exception>
    /// <exception cref="InputException">A part of the request can not be sent.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public static async Task<ConnectionReport> TestAsync(ConnectionTarget target, ConnectionOptions options, CancellationToken cancellation = default)
    {
        using var tester = Create(options);
        return await tester.TestAsync(target, cancellation).ConfigureAwait(false);
    }

    /// <summary>Connects, shakes hands, sends a request and reads: only an answer proves that the server accepted the client.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="cancellation">Stops at once, whatever the stage.</param>
    /// <returns>The report. A connection that fails is a report as well, not an exception.</returns>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public async Task<ConnectionReport> TestAsync(ConnectionTarget target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        var pause = FirstPause;
        for (var attempts = 1; ; attempts++)
        {
            var attempt = await ConnectionAttempt.RunAsync(target, setup, setup.Identity, cancellation).ConfigureAwait(false);
            var outcome = ConnectionOutcomes.Of(attempt);
            if (attempts <= setup.Options.Retries && MayPass(attempt, outcome))
            {
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                continue;
            }

            var second = NeedsSecond(attempt, outcome)
                ? await ConnectionAttempt.RunAsync(target, setup, null, cancellation).ConfigureAwait(false)
                : null;
            return new ConnectionVerdict(target, setup.Options, attempt, outcome, second).ToReport() with { Attempts = attempts };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => setup.Dispose();

    /// <summary>Whether the failure may be another one, or none, in a moment: a server that starts, a network that comes back. A verdict stays.</summary>
    private static bool MayPass(ConnectionAttempt attempt, ConnectionOutcome outcome) =>
        outcome == ConnectionOutcome.Failed
        && !attempt.RefusedServer
        && (attempt.TimedOut || attempt.Stage is ConnectionStage.Resolve or ConnectionStage.Connect || (attempt.EndedByPeer && attempt.SpeaksTls && attempt.Alert is null));

    /// <summary>
    /// With a certificate in use the platform hides what the server asks for, and an accepted client does not show whether a stranger is refused.
    /// A connection without one tells both; it is made when the first was refused, or when asked for.
    /// </summary>
    private bool NeedsSecond(ConnectionAttempt attempt, ConnectionOutcome outcome) =>
        setup is { Identity: not null, Options.OneConnection: false } && outcome switch
        {
            ConnectionOutcome.Accepted => setup.Options.CheckEnforcement && attempt.Sent,
            ConnectionOutcome.Refused => true,
            _ => false,
        };
}

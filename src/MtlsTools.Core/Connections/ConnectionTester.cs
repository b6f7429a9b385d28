namespace MtlsTools.Connections;

/// <summary>Finds out on a live connection whether both sides really authenticate each other.</summary>
public static class ConnectionTester
{
    /// <summary>Connects, shakes hands, sends a request and reads: only an answer proves that the server accepted the client.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Stops at once, whatever the stage.</param>
    /// <returns>The report. A connection that fails is a report as well, not an exception.</returns>
    /// <exception cref="KeyException">The certificate has no private key.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public static async Task<ConnectionReport> TestAsync(ConnectionTarget target, ConnectionOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        var attempt = await ConnectionAttempt.RunAsync(target, options, options.Certificate, cancellation).ConfigureAwait(false);
        var outcome = ConnectionOutcomes.Of(attempt);
        var second = NeedsSecond(attempt, outcome, options)
            ? await ConnectionAttempt.RunAsync(target, options, null, cancellation).ConfigureAwait(false)
            : null;
        return new ConnectionVerdict(target, options, attempt, outcome, second).ToReport();
    }

    /// <summary>
    /// With a certificate in use the platform hides what the server asks for, and an accepted client does not show whether a stranger is refused.
    /// A connection without one tells both; it is made when the first was refused, or when asked for.
    /// </summary>
    private static bool NeedsSecond(ConnectionAttempt attempt, ConnectionOutcome outcome, ConnectionOptions options) =>
        options is { Certificate: not null, OneConnection: false } && outcome switch
        {
            ConnectionOutcome.Accepted => options.CheckEnforcement && attempt.Sent,
            ConnectionOutcome.Refused => true,
            _ => false,
        };
}

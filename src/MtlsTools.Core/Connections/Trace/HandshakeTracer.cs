namespace MtlsTools.Connections.Trace;

/// <summary>Makes connections and shows what both sides say, message by message. Owns the key handle.</summary>
public sealed class HandshakeTracer : IDisposable
{
    private readonly ClientSetup setup;

    private HandshakeTracer(ClientSetup setup) => this.setup = setup;

    /// <summary>Why this runtime can neither open the encrypted part of TLS 1.3 nor write a key log; null when it can.</summary>
    public static string? KeyLogRefusal => KeyLogContext.Instance is null ? KeyLogContext.NotSupported : null;

    /// <summary>Makes sure that this runtime gives out the secrets of its sessions, for a key log.</summary>
    /// <exception cref="ConnectionException">It does not.</exception>
    public static void RequireKeyLog()
    {
        if (KeyLogRefusal is { } why)
            throw new ConnectionException(ErrorCode.KeyLogNotSupported, $"{why} Use that, or leave -KeyLogPath out.");
    }

    /// <summary>Prepares traces.</summary>
    /// <param name="options">How connections are made; certificate and trust are those of a test of the connection.</param>
    /// <exception cref="KeyException">The certificate has no private key.</exception>
    /// <exception cref="InputException">A part of the request can not be sent.</exception>
    public static HandshakeTracer Create(ConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new HandshakeTracer(ClientSetup.Create(options));
    }

    /// <summary>Connects, shakes hands, sends a request, reads the beginning of the answer, and shows all of it.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="cancellation">Stops at once, whatever the stage.</param>
    /// <returns>The trace. A handshake that fails is a trace as well, not an exception.</returns>
    /// <exception cref="ConnectionException">TLS could not even begin: the target, or the proxy, can not be reached, or does not go over to TLS.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped it.</exception>
    public Task<HandshakeTrace> TraceAsync(ConnectionTarget target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new TracedConnection(target, setup).RunAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => setup.Dispose();
}

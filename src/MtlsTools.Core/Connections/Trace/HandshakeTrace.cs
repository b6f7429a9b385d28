namespace MtlsTools.Connections.Trace;

/// <summary>Everything that both sides of one connection said.</summary>
public sealed record HandshakeTrace
{
    internal HandshakeTrace()
    {
    }

    /// <summary>host:port.</summary>
    public required string Target { get; init; }

    /// <summary>The messages, in order; the last one is the end of the connection.</summary>
    public required IReadOnlyList<TracedMessage> Messages { get; init; }

    /// <summary>Whether application data came back: the server has let the client in.</summary>
    public required bool Success { get; init; }

    /// <summary>Why the encrypted part of TLS 1.3 could not be opened; null when it was, or there was none.</summary>
    public string? NotOpened { get; init; }

    /// <summary>The secrets of the session, lines of a key log (RFC 9850). Whoever has them reads what was said in it.</summary>
    public IReadOnlyList<string> KeyLog { get; init; } = [];

    /// <summary>The connection as a picture of two columns.</summary>
    public string ToSequence() => TracePictures.Sequence(this);

    /// <summary>The connection as a sequence diagram of Mermaid.</summary>
    public string ToMermaid() => TracePictures.Mermaid(this);

    /// <summary>Target, number of messages and outcome.</summary>
    public override string ToString() => $"{Target}: {Messages.Count} messages, {(Success ? "answered" : "not answered")}";
}

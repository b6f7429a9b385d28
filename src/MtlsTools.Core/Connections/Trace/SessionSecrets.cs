namespace MtlsTools.Connections.Trace;

/// <summary>The secrets of one session, from the lines of a key log.</summary>
internal sealed class SessionSecrets(IReadOnlyList<string> lines)
{
    internal static readonly SessionSecrets None = new([]);

    /// <summary>The lines as they came.</summary>
    internal IReadOnlyList<string> Lines { get; } = lines;

    /// <summary>The keys of one side for the handshake, or null.</summary>
    internal TrafficKeys? Handshake(TraceSide side, int suite) => Find(side == TraceSide.Client ? "CLIENT_HANDSHAKE_TRAFFIC_SECRET" : "SERVER_HANDSHAKE_TRAFFIC_SECRET", suite);

    /// <summary>The keys of one side for what follows, or null.</summary>
    internal TrafficKeys? Application(TraceSide side, int suite) => Find(side == TraceSide.Client ? "CLIENT_TRAFFIC_SECRET_0" : "SERVER_TRAFFIC_SECRET_0", suite);

    private TrafficKeys? Find(string label, int suite) =>
        Lines.FirstOrDefault(line => line.StartsWith(label + " ", StringComparison.Ordinal)) is { } line ? TrafficKeys.Create(suite, Convert.FromHexString(line[(line.LastIndexOf(' ') + 1)..])) : null;
}

namespace MtlsTools.Connections.Preamble;

/// <summary>Why TLS could not even begin.</summary>
internal enum PreambleFault
{
    /// <summary>What came is not the protocol that was named.</summary>
    NotSpoken,

    /// <summary>The server does not offer TLS.</summary>
    NotOffered,

    /// <summary>The server was asked for TLS and refused.</summary>
    Refused,

    /// <summary>The server closed the connection.</summary>
    Closed,
}

/// <summary>The clear text before TLS came to nothing.</summary>
internal sealed class PreambleException(PreambleFault fault, string said) : IOException(said)
{
    private const int Shown = 200;

    internal PreambleFault Fault { get; } = fault;

    /// <summary>What the other side said last, fit to be shown.</summary>
    internal string Said { get; } = new string(said.Take(Shown).Select(c => char.IsControl(c) ? ' ' : c).ToArray()).Trim();

    /// <summary>The status of a proxy's answer, or null.</summary>
    internal int? Status { get; init; }
}

namespace MtlsTools.Connections.Application;

/// <summary>How much of an answer is there.</summary>
internal enum AnswerState
{
    /// <summary>It can not be judged yet.</summary>
    Begun,

    /// <summary>The verdict is clear; what still comes may tell the reason.</summary>
    Judgeable,

    /// <summary>No more is needed.</summary>
    Complete,
}

/// <summary>What is said inside TLS to make the server answer: only an answer proves that it let the client in.</summary>
internal interface IApplicationProtocol
{
    /// <summary>What is sent; empty when the server speaks first.</summary>
    ReadOnlyMemory<byte> Request { get; }

    /// <summary>Whether a server that keeps the connection and says nothing has to be put up with.</summary>
    bool MayBeSilent => false;

    /// <summary>Looks at what came so far; at least one byte.</summary>
    AnswerState Look(ReadOnlySpan<byte> answer);

    /// <summary>Judges what came.</summary>
    ApplicationAnswer Read(ReadOnlySpan<byte> answer);
}

/// <summary>What came back.</summary>
internal sealed record ApplicationAnswer
{
    /// <summary>The protocol in words.</summary>
    internal required string Protocol { get; init; }

    /// <summary>The first characters of the answer, one for each byte.</summary>
    internal string Start { get; init; } = "";

    /// <summary>Whether any application data came back.</summary>
    internal bool ReceivedAnything => Start.Length > 0;

    /// <summary>Whether the server said nothing, and kept the connection.</summary>
    internal bool StayedOpen { get; init; }

    /// <summary>The HTTP status, or null when it is no HTTP.</summary>
    internal int? Status { get; init; }

    /// <summary>Whether it is an answer of this protocol at all.</summary>
    internal bool IsProper { get; init; } = true;

    /// <summary>Whether it broke off before it could be judged.</summary>
    internal bool IsIncomplete { get; init; }

    /// <summary>Whether the application refuses the client over who it is.</summary>
    internal bool IsRefusal { get; init; }

    /// <summary>What the application complains about, in its own words; null when it does not.</summary>
    internal string? Complaint { get; init; }
}

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

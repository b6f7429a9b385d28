namespace MtlsTools.Connections.Application;

/// <summary>Some protocol that nobody named: nothing is sent, and whatever the server says is the proof.</summary>
internal sealed class RawProtocol : IApplicationProtocol
{
    public ReadOnlyMemory<byte> Request => default;

    public bool MayBeSilent => true;

    public AnswerState Look(ReadOnlySpan<byte> answer) => AnswerState.Complete;

    public ApplicationAnswer Read(ReadOnlySpan<byte> answer) => new() { Protocol = "data" };
}

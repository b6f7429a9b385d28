namespace MtlsTools.Tests.Support;

/// <summary>What a program left behind.</summary>
public sealed record PeerResult(int ExitCode, string Output, string Error)
{
    /// <summary>Both outputs: programs differ in which one they talk to.</summary>
    public string All => Output + Error;
}

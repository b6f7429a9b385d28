namespace MtlsTools.Configuration;

/// <summary>What a program said of a configuration.</summary>
/// <param name="Target">The program.</param>
/// <param name="Success">Whether it takes it.</param>
/// <param name="Command">The command that was run.</param>
/// <param name="Output">Its words.</param>
public sealed record ConfigCheck(ConfigTarget Target, bool Success, string Command, string Output)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Command}: {(Success ? "accepted" : "refused")}";
}

namespace MtlsTools.Host;

/// <summary>How far this machine's clock is from another's: positive when this one is ahead.</summary>
/// <param name="Host">The other one.</param>
/// <param name="Ahead">The difference.</param>
/// <param name="Means">How it was measured.</param>
internal sealed record ClockReading(string Host, TimeSpan Ahead, string Means);

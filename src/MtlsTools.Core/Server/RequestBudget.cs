namespace MtlsTools.Server;

/// <summary>How many clients a server still serves or refuses before it ends.</summary>
internal sealed class RequestBudget(int? most)
{
    private int taken;

    /// <summary>Whether nothing is left.</summary>
    internal bool IsSpent => Volatile.Read(ref taken) >= most;

    /// <summary>Takes one; false when nothing was left.</summary>
    internal bool TryTake() => most is null || Interlocked.Increment(ref taken) <= most;
}

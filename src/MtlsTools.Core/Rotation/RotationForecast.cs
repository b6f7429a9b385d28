namespace MtlsTools.Rotation;

/// <summary>One day of a plan: who is trusted, what is used, and whether it works.</summary>
/// <param name="Day">Days since the rotation's beginning.</param>
/// <param name="Date">The time (UTC).</param>
/// <param name="Success">Whether everything that is in use verifies, and nothing that is not.</param>
/// <param name="Trusted">Who is trusted on that day, by name.</param>
/// <param name="InUse">What is used on that day, by name.</param>
/// <param name="Reason">What breaks; empty when nothing does.</param>
public sealed record RotationDay(double Day, DateTimeOffset Date, bool Success, IReadOnlyList<string> Trusted, IReadOnlyList<string> InUse, string Reason)
{
    /// <summary>The day and the verdict.</summary>
    public override string ToString() => FormattableString.Invariant($"Day {Day:0.##}: {(Success ? "ok" : Reason)}");
}

/// <summary>What a travel through all days of a plan has shown: every certificate that is in use on a day is verified as of that day, against who is trusted then. What is not issued yet is represented by a stand-in with the planned lifetime.</summary>
public sealed class RotationForecast
{
    internal RotationForecast(string name, RotationDay asOf, IReadOnlyList<RotationDay> days)
    {
        Name = name;
        AsOf = asOf;
        Days = days;
        FirstBadDay = days.FirstOrDefault(day => !day.Success);
    }

    /// <summary>The rotation's name.</summary>
    public string Name { get; }

    /// <summary>Whether every day of the plan works.</summary>
    public bool Success => FirstBadDay is null;

    /// <summary>The first day on which something breaks, or null.</summary>
    public RotationDay? FirstBadDay { get; }

    /// <summary>What breaks on that day; empty when nothing does.</summary>
    public string Reason => FirstBadDay?.Reason ?? "";

    /// <summary>The day that was asked for.</summary>
    public RotationDay AsOf { get; }

    /// <summary>Every day, in order.</summary>
    public IReadOnlyList<RotationDay> Days { get; }

    /// <summary>The verdict in a line.</summary>
    public override string ToString() => FirstBadDay is null ? $"{Name}: all {Days.Count} days ok" : $"{Name}: {FirstBadDay}";
}

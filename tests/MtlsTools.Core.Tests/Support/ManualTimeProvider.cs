using System.Globalization;

namespace MtlsTools.Tests.Support;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class ManualTimeProvider(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    /// <summary>A clock that stands at a time written as <c>2026-03-01T12:00:00Z</c>.</summary>
    public static ManualTimeProvider At(string now) => new(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    public override DateTimeOffset GetUtcNow() => Now;
}

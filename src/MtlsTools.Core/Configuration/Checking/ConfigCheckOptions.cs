namespace MtlsTools.Configuration.Checking;

/// <summary>How a configuration is read, and which checks are made.</summary>
public sealed record ConfigCheckOptions
{
    /// <summary>What it is.</summary>
    public ConfigFormat Format { get; init; }

    /// <summary>The folder where the configuration's absolute paths begin: a copy of another machine's files, or an image. Null is this machine.</summary>
    public string? RootPath { get; init; }

    /// <summary>The day the verdict is for; null is now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>These checks and no others; null means all.</summary>
    public IReadOnlySet<string>? Checks { get; init; }

    /// <summary>Checks that are not made.</summary>
    public IReadOnlySet<string> Excluded { get; init; } = new HashSet<string>();

    internal bool Asks(ConfigRule check) => (Checks is null || Checks.Contains(check.Id)) && !Excluded.Contains(check.Id);
}

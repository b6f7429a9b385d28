namespace MtlsTools.Host;

/// <summary>What of a machine is looked at.</summary>
public sealed record HostOptions
{
    /// <summary>The folder in which the system lies: a mounted image, a container's file system. Null is the running system.</summary>
    public string? Root { get; init; }

    /// <summary>Folders with keys beside the usual ones.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>Hosts whose clock is right, each as <c>host</c> or <c>host:port</c>.</summary>
    public IReadOnlyList<string> ClockHosts { get; init; } = [];

    /// <summary>The checks that are made, by name; null means all.</summary>
    public IReadOnlySet<string>? Checks { get; init; }

    /// <summary>Checks that are not made.</summary>
    public IReadOnlySet<string> Skipped { get; init; } = new HashSet<string>();

    /// <summary>The clock that certificates are judged by, and that is compared with <see cref="ClockHosts"/>; null is the machine's.</summary>
    public TimeProvider? Clock { get; init; }

    internal bool Asks(HostCheck check) => (Checks is null || Checks.Contains(check.Id)) && !Skipped.Contains(check.Id);
}

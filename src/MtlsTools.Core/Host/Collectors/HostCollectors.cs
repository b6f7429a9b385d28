namespace MtlsTools.Host;

/// <summary>Reads one area of a machine, and changes nothing.</summary>
internal interface IHostCollector
{
    /// <summary>What it reads.</summary>
    HostArea Area { get; }

    /// <summary>Why there is nothing of the kind here, or null.</summary>
    string? NotApplicable(HostOptions options);

    /// <summary>Fills in the facts. What can not be read becomes a gap, never an exception.</summary>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation);
}

/// <summary>All collectors, in the order in which they run: later ones use what earlier ones read.</summary>
internal static class HostCollectors
{
    internal static IReadOnlyList<IHostCollector> All { get; } =
    [
        new StoreCollector(),
        new KeyFileCollector(),
        new TrustFolderCollector(),
        new CrlCacheCollector(),
        new ClockCollector(),
        new SchannelCollector(),
        new HttpSysCollector(),
        new KeyContainerCollector(),
    ];

    /// <summary>What the collectors for Windows answer elsewhere.</summary>
    internal static string? WindowsOnly(HostOptions options) =>
        OperatingSystem.IsWindows() && options.Root is null ? null : options.Root is null ? "Only Windows has this." : "This can be read from the running system alone; -Root looks at another one's files.";

    /// <summary>What reading a folder or a file of somebody else may end in.</summary>
    internal static bool IsUnreadable(Exception failure) => failure is IOException or UnauthorizedAccessException or System.Security.SecurityException;
}

namespace MtlsTools.Host;

/// <summary>What was read from a machine: plain values, so that every rule can be asked about a machine that is not there.</summary>
internal sealed class HostFacts
{
    internal required DateTimeOffset Now { get; init; }

    internal List<StoredCertificate> Stored { get; } = [];

    internal List<OpenKeyFile> KeyFiles { get; } = [];

    internal List<TrustFolder> TrustFolders { get; } = [];

    internal List<CachedCrl> CachedCrls { get; } = [];

    internal List<ClockReading> Clocks { get; } = [];

    internal SchannelSettings Schannel { get; set; } = new();

    internal List<HttpBinding> Bindings { get; } = [];

    internal IisConfiguration Iis { get; set; } = new([], []);

    /// <summary>Files of machine keys that belong to no certificate of a store.</summary>
    internal List<string> OrphanedKeyFiles { get; } = [];

    internal List<KeyReaders> KeyReaders { get; } = [];

    internal List<HostGap> Gaps { get; } = [];

    /// <summary>Notes that something of an area could not be read.</summary>
    internal void Miss(HostArea area, string reason, bool whole = false) => Gaps.Add(new HostGap(area, reason, whole ? HostCheckState.NotMade : HostCheckState.Partly));
}

/// <summary>What could not be read, and why.</summary>
internal sealed record HostGap(HostArea Area, string Reason, HostCheckState State);

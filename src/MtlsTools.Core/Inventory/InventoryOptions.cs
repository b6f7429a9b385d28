using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Connections;
using MtlsTools.Stores;

namespace MtlsTools.Inventory;

/// <summary>Where an inventory looks, and how.</summary>
public sealed record InventoryOptions
{
    /// <summary>Files and folders.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>How many folders deep below each folder; 0 is the folder alone.</summary>
    public int Depth { get; init; }

    /// <summary>Names of files that are looked at, with wildcards; empty means all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Names of files and folders that are passed over, with wildcards.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Passwords that are tried on PFX files and keystores.</summary>
    public IReadOnlyList<SecureString> Passwords { get; init; } = [];

    /// <summary>Certificate stores.</summary>
    public IReadOnlyList<StoreTarget> Stores { get; init; } = [];

    /// <summary>Whose stores.</summary>
    public StoreLocation StoreLocation { get; init; } = StoreLocation.CurrentUser;

    /// <summary>Live servers.</summary>
    public IReadOnlyList<ConnectionTarget> Endpoints { get; init; } = [];

    /// <summary>How long each stage of a connection may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many files are read, and how many endpoints are called, at a time.</summary>
    public int ThrottleLimit { get; init; } = 32;

    /// <summary>How long before it is due something is due soon; null for a tenth of its life.</summary>
    public TimeSpan? Soon { get; init; }

    /// <summary>The day that the inventory is for; null is now.</summary>
    public DateTimeOffset? AsOf { get; init; }
}

/// <summary>How far an inventory is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Done">How many files, records and endpoints have been done in this step.</param>
public sealed record InventoryProgress(string Step, int Done);

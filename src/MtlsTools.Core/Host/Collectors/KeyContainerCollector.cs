using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys.Access.Windows;

namespace MtlsTools.Host;

/// <summary>The files in which Windows keeps the keys of the machine: to which certificate they belong, and who may read them.</summary>
internal sealed class KeyContainerCollector : IHostCollector
{
    private static readonly string[] Folders = [@"Microsoft\Crypto\RSA\MachineKeys", @"Microsoft\Crypto\Keys"];

    public HostArea Area => HostArea.KeyContainers;

    public string? NotApplicable(HostOptions options) => HostCollectors.WindowsOnly(options);

    public void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsWindows())
            return;

        // The stores belong to this area as well: without their certificates every file would look as if it belonged to none.
        if (facts.Stored.Count == 0)
            new StoreCollector().Collect(facts, options, cancellation);
        var files = Folders.Select(folder => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), folder)).Where(Directory.Exists)
            .SelectMany(folder => Files(folder, facts)).ToDictionary(path => Path.GetFileName(path)!, StringComparer.OrdinalIgnoreCase);
        foreach (var stored in facts.Stored.Where(one => one.HasKey && one.Location == StoreLocation.LocalMachine))
        {
            cancellation.ThrowIfCancellationRequested();
            if (ContainerOf(stored.Certificate) is { } name && files.Remove(name, out var path) && Accounts(path, facts) is { } accounts)
                facts.KeyReaders.Add(new KeyReaders(stored, path, accounts));
        }

        facts.OrphanedKeyFiles.AddRange(files.Values);
    }

    private List<string> Files(string folder, HostFacts facts)
    {
        try
        {
            return Directory.EnumerateFiles(folder).ToList();
        }
        catch (Exception failure) when (HostCollectors.IsUnreadable(failure))
        {
            facts.Miss(Area, $"The folder '{folder}' may not be read by this account. Run as an administrator.");
            return [];
        }
    }

    /// <summary>The name of the key's file, or null when the key is elsewhere (a device) or may not be opened.</summary>
    [SupportedOSPlatform("windows")]
    private static string? ContainerOf(MtlsCertificate certificate) => certificate.PrivateKey is { } key ? WindowsKeyStorage.Locate(key).Container?.FileName : null;

    [SupportedOSPlatform("windows")]
    private HashSet<string>? Accounts(string path, HostFacts facts)
    {
        try
        {
            return WindowsKeyAccess.ReadersOf(path);
        }
        catch (KeyException failure)
        {
            facts.Miss(Area, failure.Message);
            return null;
        }
    }
}

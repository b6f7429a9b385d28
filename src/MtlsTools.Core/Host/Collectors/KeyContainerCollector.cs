using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Principal;

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
            if (ContainerOf(stored.Certificate.X509) is { } name && files.Remove(name, out var path) && Accounts(path, facts) is { } accounts)
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
    private static string? ContainerOf(X509Certificate2 certificate)
    {
        try
        {
            using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey();
            return key switch { RSACng rsa => rsa.Key.UniqueName, ECDsaCng ec => ec.Key.UniqueName, RSACryptoServiceProvider csp => csp.CspKeyContainerInfo.UniqueKeyContainerName, _ => null };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    [SupportedOSPlatform("windows")]
    private HashSet<string>? Accounts(string path, HostFacts facts)
    {
        try
        {
            return new FileInfo(path).GetAccessControl().GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>()
                .Where(rule => rule.AccessControlType == AccessControlType.Allow && (rule.FileSystemRights & FileSystemRights.ReadData) != 0)
                .Select(rule => rule.IdentityReference.Value)
                .ToHashSet();
        }
        catch (Exception failure) when (HostCollectors.IsUnreadable(failure))
        {
            facts.Miss(Area, $"Who may read '{path}' can not be told: {failure.Message} Run as an administrator.");
            return null;
        }
    }
}

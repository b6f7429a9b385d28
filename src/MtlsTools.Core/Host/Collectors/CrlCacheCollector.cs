using MtlsTools.Encoding;
using MtlsTools.Revocation;

namespace MtlsTools.Host;

/// <summary>The revocation lists that Windows (CryptnetUrlCache) and .NET (elsewhere) have fetched and kept.</summary>
internal sealed class CrlCacheCollector : IHostCollector
{
    public HostArea Area => HostArea.CrlCache;

    public string? NotApplicable(HostOptions options) =>
        OperatingSystem.IsMacOS() && options.Root is null ? "macOS keeps them where only its own services look." : null;

    public void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation)
    {
        var walk = new FolderWalk(options.Root, reason => facts.Miss(Area, reason), cancellation);
        foreach (var path in walk.Files(Folders(options.Root).Where(Directory.Exists)))
        {
            if (Read(path) is { } crl)
                facts.CachedCrls.Add(crl);
        }
    }

    private static IEnumerable<string> Folders(string? root)
    {
        if (!OperatingSystem.IsWindows())
        {
            var home = root is null ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) : Path.Combine(root, "root");
            return [Path.Combine(home, ".dotnet/corefx/cryptography/crls")];
        }

        // certutil -urlcache shows the same folders: this user's, and those of the accounts that services run as.
        const string cache = @"AppData\LocalLow\Microsoft\CryptnetUrlCache\Content";
        var windows = Environment.GetFolderPath(Environment.SpecialFolder.Windows);
        return new[] { Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Path.Combine(windows, @"System32\config\systemprofile"), Path.Combine(windows, @"ServiceProfiles\LocalService"), Path.Combine(windows, @"ServiceProfiles\NetworkService") }
            .Select(profile => Path.Combine(profile, cache));
    }

    /// <summary>The list in a file; null for what else is cached there: certificates, answers of OCSP responders.</summary>
    private static CachedCrl? Read(string path)
    {
        try
        {
            var content = InputFile.Read(path);
            if (DerContent.Detect(content) != DerKind.Crl || FileState.Of(path) is not { } state)
                return null;
            var crl = CertificateRevocationList.Read(content, path)[0];
            return new CachedCrl(state, crl.Issuer.ToString(), crl.ThisUpdate, crl.NextUpdate);
        }
        catch (MtlsException)
        {
            // What the platform can not use either.
            return null;
        }
    }
}

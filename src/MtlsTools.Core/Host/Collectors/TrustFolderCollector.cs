using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Stores.Linux;

namespace MtlsTools.Host;

/// <summary>The CAs that the administrator of a Linux system has added, and the bundle that is made of them.</summary>
internal sealed class TrustFolderCollector : IHostCollector
{
    public HostArea Area => HostArea.TrustFolders;

    public string? NotApplicable(HostOptions options)
    {
        if (!OperatingSystem.IsLinux())
            return "Only Linux has such folders.";
        var root = TrustRoot.Open(options.Root, "/");
        return TrustLayout.All.Any(layout => Directory.Exists(Path.Combine(root.Path, layout.Anchors))) ? null : "The system has none of the known trust folders: its package ca-certificates is not installed.";
    }

    public void Collect(HostFacts facts, HostOptions options, CancellationToken cancellation)
    {
        try
        {
            var root = TrustRoot.Open(options.Root, "/");
            facts.TrustFolders.Add(Read(root, TrustLayout.Detect(root), reason => facts.Miss(Area, reason), cancellation));
        }
        catch (MtlsException failure)
        {
            facts.Miss(Area, failure.Message, whole: true);
        }
    }

    /// <summary>Reads folder and bundle.</summary>
    /// <param name="root">The system.</param>
    /// <param name="layout">Its kind.</param>
    /// <param name="miss">Told what can not be read.</param>
    /// <param name="cancellation">Stops it.</param>
    internal static TrustFolder Read(TrustRoot root, TrustLayout layout, Action<string> miss, CancellationToken cancellation = default)
    {
        var walk = new FolderWalk(root.IsThisSystem ? null : root.Path, miss, cancellation);
        var anchors = walk.Files([root.At(layout.Anchors)]).Select(path => ReadAnchor(path, layout, miss)).OfType<AnchorFile>().ToList();
        var bundle = ReadBundle(root.At(layout.Bundle), miss);

        // Where nothing that the distribution brings is in the bundle, what else is in it can not be told.
        var supplied = new FolderWalk(root.IsThisSystem ? null : root.Path, miss, cancellation).Files(new[] { root.At(layout.Supplied) }.Where(Directory.Exists)).SelectMany(Hashes).ToHashSet();
        return new TrustFolder(root, layout, anchors, bundle, supplied);
    }

    private static AnchorFile? ReadAnchor(string path, TrustLayout layout, Action<string> miss)
    {
        try
        {
            if (FileState.Of(path) is not { } state)
                return null;
            var hasKey = KeyContent.Look(path) is not null;
            var ignored = layout.Pattern != "*" && !path.EndsWith(layout.Pattern[1..], StringComparison.Ordinal);
            try
            {
                return new AnchorFile(state, CertificateReader.ReadFile(path)) { HasKey = hasKey, IsIgnored = ignored };
            }
            catch (MtlsException failure)
            {
                return new AnchorFile(state, []) { HasKey = hasKey, IsIgnored = ignored, Damage = failure.Message };
            }
        }
        catch (Exception failure) when (HostCollectors.IsUnreadable(failure))
        {
            miss($"'{path}' can not be read: {failure.Message}");
            return null;
        }
    }

    private static Dictionary<string, string>? ReadBundle(string path, Action<string> miss)
    {
        try
        {
            var bundle = new Dictionary<string, string>();
            foreach (var certificate in CertificateReader.ReadFile(path))
                bundle[certificate.Sha256] = certificate.Name;
            return bundle;
        }
        catch (InputException failure) when (failure.Code is ErrorCode.FileNotFound or ErrorCode.FileEmpty or ErrorCode.WrongContent)
        {
            return [];
        }
        catch (MtlsException failure)
        {
            miss($"The bundle can not be compared with the folder: {failure.Message}");
            return null;
        }
    }

    /// <summary>What the distribution brings, as PEM blocks in whatever they stand in.</summary>
    private static IEnumerable<string> Hashes(string path)
    {
        try
        {
            return PemBlock.ReadAll(InputFile.Read(path), path).Where(block => block.Label.EndsWith("CERTIFICATE", StringComparison.Ordinal)).Select(block => Convert.ToHexString(SHA256.HashData(block.Data.Span)));
        }
        catch (MtlsException)
        {
            return [];
        }
    }
}

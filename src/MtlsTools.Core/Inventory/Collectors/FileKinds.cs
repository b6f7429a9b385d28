using System.Collections.Frozen;
using MtlsTools.Certificates;
using MtlsTools.Renewal.Files;

namespace MtlsTools.Inventory;

/// <summary>What a file's name says of it, so that most files of a system are never opened.</summary>
internal static class FileKinds
{
    private static readonly FrozenSet<string> Certificates = CertificateReader.Extensions.Concat([".crl", ".jks", ".keystore", ".truststore", ".p7s", ".ca-bundle"]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Manifests = new[] { ".yaml", ".yml" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Keys and requests have no end; the others are media, archives, programs, logs and databases.</summary>
    private static readonly FrozenSet<string> Others = new[]
    {
        ".key", ".csr", ".req", ".pub", ".lock", ".tmp", ".log", ".gz", ".xz", ".bz2", ".zst", ".zip", ".7z", ".tar", ".tgz", ".deb", ".rpm", ".iso", ".img", ".vmdk", ".vhdx", ".qcow2",
        ".exe", ".dll", ".so", ".a", ".o", ".pdb", ".jar", ".war", ".class", ".pyc", ".nupkg", ".wasm", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".ico", ".mp3", ".mp4", ".mov", ".avi",
        ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".ttf", ".woff", ".woff2", ".db", ".sqlite", ".mdf", ".ldf", ".evtx", ".md", ".html", ".css", ".js", ".ts", ".map", ".cs", ".go", ".java", ".py", ".c", ".h", ".cpp", ".rs",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Folders of the system that hold no files.</summary>
    private static readonly FrozenSet<string> Systems = new[] { "/proc", "/sys", "/dev" }.ToFrozenSet(StringComparer.Ordinal);

    internal static bool IsCertificate(string name) => Certificates.Contains(Path.GetExtension(name));

    internal static bool IsManifest(string name) => Manifests.Contains(Path.GetExtension(name));

    internal static bool IsOther(string name) => Others.Contains(Path.GetExtension(name));

    /// <summary>Where renewals keep what they replaced, and what the links beside it lead to: the links are the files that people know.</summary>
    internal static bool IsArchive(string folder) => folder == VersionFolder.Root;

    internal static bool IsFolderToSkip(string path) => !OperatingSystem.IsWindows() && Systems.Contains(path);
}

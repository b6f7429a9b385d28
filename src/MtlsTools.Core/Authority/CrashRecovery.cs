using MtlsTools.Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>Finishes what processes that died have left in a CA folder: a certificate whose line stands in the index goes into place, one without a line, which nobody was given, goes away.</summary>
internal static class CrashRecovery
{
    /// <summary>What is younger may belong to a process that is at work.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    /// <summary>Tidies up; the caller holds the lock.</summary>
    /// <param name="layout">The folder.</param>
    /// <param name="index">Its index.</param>
    /// <param name="now">The time by the clock of the file system, which may be another machine's.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <returns>The certificates that are in place now, of which the audit log may not tell yet.</returns>
    internal static List<AuditEntry> Run(AuthorityLayout layout, AuthorityIndex index, DateTime now, Action<string>? warn)
    {
        try
        {
            var left = FindAbandoned(layout, now);
            var placed = new List<AuditEntry>();
            if (left.Count == 0)
                return placed;
            foreach (var entry in index.Read())
            {
                if (left.Remove(entry.SerialNumber, out var path) && Place(path, entry.SerialNumber, layout) is { } certificate)
                    placed.Add(AuditEntry.About(AuditEvent.Issued, certificate));
            }

            foreach (var path in left.Values)
                File.Delete(path);
            warn?.Invoke($"A process died while issuing from '{layout.Folder}'. What it left has been tidied up: {placed.Count} certificates were recorded and are in place now, {left.Count} were not and have been removed. None of them had been handed out.");
            return placed;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(layout.PendingFolder, denied);
        }
    }

    private static Dictionary<string, string> FindAbandoned(AuthorityLayout layout, DateTime now) => new DirectoryInfo(layout.PendingFolder).EnumerateFiles()
        .Where(file => file.Exists && now - file.LastWriteTimeUtc > Abandoned)
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file.Name), file => file.FullName);

    private static MtlsCertificate? Place(string path, string serialNumber, AuthorityLayout layout)
    {
        try
        {
            var certificate = CertificateReader.ReadFile(path)[0];
            if (IssuedEntry.Normalize(certificate.SerialNumber) == serialNumber)
            {
                File.Move(path, layout.IssuedCertificate(serialNumber), overwrite: true);
                return certificate;
            }
        }
        catch (Exception gone) when (gone is FileNotFoundException or InputException { Code: ErrorCode.FileNotFound })
        {
            return null; // Its process was slow, and not dead.
        }
        catch (InputException)
        {
            // After a loss of power a file may be there without its content.
        }

        File.Delete(path);
        return null;
    }
}

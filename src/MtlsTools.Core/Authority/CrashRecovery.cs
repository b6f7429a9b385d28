using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>Finishes what processes that died have left in a CA folder: a certificate whose line stands in the index goes into place, one without a line, which nobody was given, goes away.</summary>
internal sealed class CrashRecovery(AuthorityLayout layout, AuthorityIndex index, TimeProvider clock)
{
    /// <summary>What is younger may belong to a process that is at work.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    private bool done;

    /// <summary>Looks once for each object; the caller holds the lock.</summary>
    internal void Run(Action<string>? warn)
    {
        if (done)
            return;
        done = true;
        try
        {
            var left = FindAbandoned();
            if (left.Count == 0)
                return;
            var placed = 0;
            foreach (var entry in index.Read())
            {
                if (!left.Remove(entry.SerialNumber, out var path) || !IsWhole(path, entry.SerialNumber))
                    continue;
                File.Move(path, layout.IssuedCertificate(entry.SerialNumber), overwrite: true);
                placed++;
            }

            foreach (var path in left.Values)
                File.Delete(path);
            warn?.Invoke($"A process died while issuing from '{layout.Folder}'. What it left has been tidied up: {placed} certificates were recorded and are in place now, {left.Count} were not and have been removed. None of them had been handed out.");
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(layout.PendingFolder, denied);
        }
    }

    private Dictionary<string, string> FindAbandoned() => !Directory.Exists(layout.PendingFolder)
        ? []
        : Directory.EnumerateFiles(layout.PendingFolder)
            .Where(path => clock.GetUtcNow() - File.GetLastWriteTimeUtc(path) > Abandoned)
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!);

    /// <summary>After a loss of power a file may be there without its content.</summary>
    private static bool IsWhole(string path, string serialNumber)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
            return IssuedEntry.Normalize(certificate.SerialNumber) == serialNumber;
        }
        catch (CryptographicException)
        {
            File.Delete(path);
            return false;
        }
    }
}

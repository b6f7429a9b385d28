using MtlsTools.Encoding;
using Microsoft.Win32.SafeHandles;

namespace MtlsTools.Authority;

/// <summary>A certificate on its way into a CA folder: written to a waiting place before its line stands in the index, and moved into place afterwards. So a line is never without its certificate, whatever dies when. Dispose removes what was not recorded.</summary>
internal sealed class PendingCertificate : IDisposable
{
    private readonly AuthorityLayout layout;
    private readonly string serialNumber;
    private readonly byte[] content;
    private readonly SafeFileHandle file;
    private SafeFileHandle? index;
    private SafeFileHandle? audit;

    private PendingCertificate(AuthorityLayout layout, string serialNumber, byte[] content, SafeFileHandle file)
    {
        this.layout = layout;
        this.serialNumber = serialNumber;
        this.content = content;
        this.file = file;
    }

    /// <summary>When it was written, by the clock of the file system.</summary>
    internal DateTime WrittenAt => File.GetLastWriteTimeUtc(file);

    private string Path => layout.PendingCertificate(serialNumber);

    /// <summary>Writes the certificate to its waiting place; it need not have reached the disk yet.</summary>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    internal static PendingCertificate Create(AuthorityLayout layout, string serialNumber, string pem)
    {
        var path = layout.PendingCertificate(serialNumber);
        try
        {
            Directory.CreateDirectory(layout.PendingFolder);
            var created = new PendingCertificate(layout, serialNumber, System.Text.Encoding.ASCII.GetBytes(pem), File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete));
            created.Write();
            return created;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, failed);
        }
    }

    /// <summary>Takes over the handles of the index and the audit log in which its lines stand now; the certificate must stay from here on.</summary>
    internal void IsRecordedIn(SafeFileHandle indexHandle, SafeFileHandle auditHandle)
    {
        index = indexHandle;
        audit = auditHandle;
    }

    /// <summary>Brings lines and certificate to the disk, all at once, because flushes one after the other take several times as long; then moves the certificate into place.</summary>
    /// <exception cref="OutputException">The disk is full, or failed.</exception>
    internal void Complete()
    {
        try
        {
            var others = Task.WhenAll(Task.Run(() => RandomAccess.FlushToDisk(file)), Task.Run(() => RandomAccess.FlushToDisk(audit!)));
            RandomAccess.FlushToDisk(index!);
            others.GetAwaiter().GetResult();
            file.Dispose();
            File.Move(Path, layout.IssuedCertificate(serialNumber), overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // This process slept so long that another took it for dead and tidied up after it.
            if (!File.Exists(layout.IssuedCertificate(serialNumber)))
                AtomicFile.Write(layout.IssuedCertificate(serialNumber), content, FileAudience.Everyone, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(layout.IssuedCertificate(serialNumber), failed);
        }
    }

    public void Dispose()
    {
        file.Dispose();
        index?.Dispose();
        audit?.Dispose();
        if (index is null)
            File.Delete(Path);
    }

    private void Write()
    {
        try
        {
            RandomAccess.Write(file, content, 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}

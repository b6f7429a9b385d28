using MtlsTools.Encoding;
using Microsoft.Win32.SafeHandles;

namespace MtlsTools.Authority;

/// <summary>A certificate on its way into a CA folder: written to a waiting place before its line stands in the index, and moved into place afterwards. So a line is never without its certificate, whatever dies when. Dispose removes what was not recorded.</summary>
internal sealed class PendingCertificate : IDisposable
{
    private readonly AuthorityLayout layout;
    private readonly string serialNumber;
    private readonly SafeFileHandle content;
    private SafeFileHandle? line;

    private PendingCertificate(AuthorityLayout layout, string serialNumber, SafeFileHandle content)
    {
        this.layout = layout;
        this.serialNumber = serialNumber;
        this.content = content;
    }

    private string Path => layout.PendingCertificate(serialNumber);

    /// <summary>Writes the certificate to its waiting place; it need not have reached the disk yet.</summary>
    /// <exception cref="OutputException">The folder can not be written, or has such a certificate already.</exception>
    internal static PendingCertificate Create(AuthorityLayout layout, string serialNumber, string pem)
    {
        AtomicFile.RefuseExisting(layout.IssuedCertificate(serialNumber));
        var path = layout.PendingCertificate(serialNumber);
        try
        {
            Directory.CreateDirectory(layout.PendingFolder);
            var created = new PendingCertificate(layout, serialNumber, File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete));
            created.Write(pem);
            return created;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(path, failed);
        }
    }

    /// <summary>Takes over the handle of the index in which its line stands now; the certificate must stay from here on.</summary>
    internal void IsRecordedIn(SafeFileHandle index) => line = index;

    /// <summary>Brings line and certificate to the disk, both at once, because two flushes one after the other take twice the time; then moves the certificate into place.</summary>
    /// <exception cref="OutputException">The disk is full, or failed.</exception>
    internal void Complete()
    {
        try
        {
            var flush = Task.Run(() => RandomAccess.FlushToDisk(content));
            RandomAccess.FlushToDisk(line!);
            flush.GetAwaiter().GetResult();
            content.Dispose();
            File.Move(Path, layout.IssuedCertificate(serialNumber), overwrite: true);
        }
        catch (FileNotFoundException) when (File.Exists(layout.IssuedCertificate(serialNumber)))
        {
            // This process slept so long that another has tidied up for it.
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.NotWritable(layout.IssuedCertificate(serialNumber), failed);
        }
    }

    public void Dispose()
    {
        content.Dispose();
        line?.Dispose();
        if (line is null)
            File.Delete(Path);
    }

    private void Write(string pem)
    {
        try
        {
            RandomAccess.Write(content, System.Text.Encoding.ASCII.GetBytes(pem), 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }
}

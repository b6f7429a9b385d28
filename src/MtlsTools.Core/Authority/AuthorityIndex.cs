using Microsoft.Win32.SafeHandles;
using MtlsTools.Encoding;
using MtlsTools.Revocation;

namespace MtlsTools.Authority;

/// <summary>The index of a CA folder: one line for each certificate, appended when it is issued and changed when it is revoked.</summary>
internal sealed class AuthorityIndex(AuthorityLayout layout, TimeProvider clock)
{
    private const int BufferSize = 1 << 16;

    /// <summary>Reads the entries as they stand, one at a time: whatever the length of the index, only one is in memory.</summary>
    internal IEnumerable<IssuedEntry> Read()
    {
        var now = clock.GetUtcNow();

        // Writers may go on meanwhile.
        using var reader = new StreamReader(new FileStream(layout.Index, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1), System.Text.Encoding.UTF8, detectEncodingFromByteOrderMarks: false, BufferSize);
        while (reader.ReadLine() is { } line)
        {
            if (IssuedEntry.Parse(line, now, layout) is { } entry)
                yield return entry;
        }
    }

    /// <summary>Appends one line; it is all there or not at all. The caller holds the lock, and flushes the handle that is returned to disk before anyone is given the certificate: without the lock, so that processes wait for the disk together and not one after the other.</summary>
    internal SafeFileHandle Append(string line, Action<string>? warn)
    {
        SafeFileHandle? file = null;
        try
        {
            // Opened anew each time, because openssl replaces the file when it revokes.
            file = File.OpenHandle(layout.Index, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            MendTornLine(file, warn);
            LineFile.Append(file, System.Text.Encoding.ASCII.GetBytes(line));
            return file;
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            file?.Dispose();
            throw AtomicFile.NotWritable(layout.Index, denied);
        }
    }

    /// <summary>Takes back the line that was just appended; the caller still holds the lock.</summary>
    internal static void TakeBack(SafeFileHandle file, string line) => RandomAccess.SetLength(file, RandomAccess.GetLength(file) - line.Length);

    /// <summary>Marks certificates as revoked. The file is replaced in one step, as openssl does it; the caller holds the lock.</summary>
    /// <exception cref="AuthorityException">One of them is not listed.</exception>
    internal void Revoke(IEnumerable<string> serialNumbers, RevocationReason reason)
    {
        var wanted = serialNumbers.ToHashSet();
        var now = clock.GetUtcNow();
        using var changed = new MemoryStream();
        try
        {
            ReadOnlySpan<byte> rest = File.ReadAllBytes(layout.Index);
            for (int length; rest.Length > 0; rest = rest[length..])
            {
                length = rest.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : rest.Length;
                var line = System.Text.Encoding.UTF8.GetString(rest[..length]);
                if (IssuedEntry.Parse(line.TrimEnd('\r', '\n'), now) is { } entry && wanted.Remove(entry.SerialNumber) && entry.Status != IssuedStatus.Revoked)
                    changed.Write(System.Text.Encoding.UTF8.GetBytes(IssuedEntry.Revoke(line, now, reason)));
                else
                    changed.Write(rest[..length]);
            }
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw AtomicFile.NotWritable(layout.Index, denied);
        }

        if (wanted.FirstOrDefault() is { } missing)
            throw new AuthorityException(ErrorCode.CertificateNotIssued, $"The index '{layout.Index}' lists no certificate with the serial number {missing}. Look for it with Get-MtlsCa -Issued, or in the CA that issued it.", layout.Index);
        AtomicFile.Write(layout.Index, changed.ToArray(), FileAudience.Everyone, overwrite: true);
    }

    /// <summary>A process that died while writing leaves half a line; nobody was given that certificate, so the half line goes.</summary>
    private void MendTornLine(SafeFileHandle file, Action<string>? warn)
    {
        if (!LineFile.IsTorn(file))
            return;
        var (start, line) = LineFile.ReadLast(file);
        var tail = System.Text.Encoding.UTF8.GetString(line).TrimEnd('\r');
        if (IssuedEntry.Parse(tail, clock.GetUtcNow()) is { } whole && layout.FindCertificate(whole.SerialNumber) is not null)
        {
            LineFile.Append(file, "\n"u8);
            warn?.Invoke($"The last line of '{layout.Index}' lacked its end: a process died while writing it. Its certificate is there, so the line has been kept and ended.");
            return;
        }

        warn?.Invoke($"The last line of '{layout.Index}' was half-written by a process that died. It names no certificate that was handed out; the half line has been removed.");
        RandomAccess.SetLength(file, start);
    }
}

using Microsoft.Win32.SafeHandles;
using MtlsTools.Encoding;

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

    /// <summary>Changes lines. The file is replaced in one step, as openssl does it, and not at all when nothing changes; the caller holds the lock.</summary>
    /// <param name="serialNumbers">Which lines.</param>
    /// <param name="change">Makes the new line; null leaves it as it is, byte for byte.</param>
    /// <param name="accept">Asked at the end: whether the changes are to be made.</param>
    /// <exception cref="OutputException">The folder can not be written.</exception>
    internal void Rewrite(IReadOnlySet<string> serialNumbers, Func<IssuedEntry, string, string?> change, Func<bool> accept)
    {
        var now = clock.GetUtcNow();
        var changed = false;
        using var file = PendingFile.Create(layout.Index, FileAudience.Everyone, overwrite: true);
        file.Write(target =>
        {
            foreach (var line in ReadLines())
            {
                var made = SerialNumberOf(line.Span) is { } serial && serialNumbers.Contains(serial) ? Change(System.Text.Encoding.UTF8.GetString(line.Span)) : null;
                target.Write(made is null ? line.Span : System.Text.Encoding.UTF8.GetBytes(made));
                changed |= made is not null;
            }
        });
        if (accept() && changed)
            file.Commit();

        string? Change(string line) => IssuedEntry.Parse(line.TrimEnd('\r', '\n'), now, layout) is { } entry ? change(entry, line) : null;
    }

    /// <summary>The lines as they are, with their ends; each is good until the next one is asked for.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> ReadLines()
    {
        using var file = new FileStream(layout.Index, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        var buffer = new byte[BufferSize];
        var kept = 0;
        for (int count; (count = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var at = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', at, kept + count - at)) >= 0; at = end + 1)
                yield return buffer.AsMemory(at, end + 1 - at);
            kept = kept + count - at;
            Array.Copy(buffer, at, buffer, 0, kept);
            if (kept == buffer.Length)
                Array.Resize(ref buffer, 2 * buffer.Length);
        }

        if (kept > 0)
            yield return buffer.AsMemory(0, kept);
    }

    /// <summary>The fourth field, without looking at the others: of a million lines few are wanted.</summary>
    private static string? SerialNumberOf(ReadOnlySpan<byte> line)
    {
        for (var field = 0; field < 3; field++)
        {
            var tab = line.IndexOf((byte)'\t');
            if (tab < 0)
                return null;
            line = line[(tab + 1)..];
        }

        return line.IndexOf((byte)'\t') is > 0 and var end ? IssuedEntry.Normalize(System.Text.Encoding.ASCII.GetString(line[..end])) : null;
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

using MtlsTools.Encoding;

namespace MtlsTools.Authority;

/// <summary>The index of a CA folder: one line for each certificate, only ever appended to, on disk before the certificate is handed out.</summary>
internal sealed class AuthorityIndex(AuthorityLayout layout, TimeProvider clock)
{
    /// <summary>Reads the entries as they stand, one at a time.</summary>
    internal IEnumerable<IssuedEntry> Read()
    {
        var now = clock.GetUtcNow();

        // Writers may go on meanwhile.
        using var reader = new StreamReader(new FileStream(layout.Index, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
        {
            if (IssuedEntry.Parse(line, now, layout) is { } entry)
                yield return entry;
        }
    }

    /// <summary>Appends one line and flushes it to disk. The caller holds the lock.</summary>
    internal void Append(string line, Action<string>? warn)
    {
        try
        {
            using var file = new FileStream(layout.Index, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            MendTornLine(file, warn);
            file.Write(System.Text.Encoding.ASCII.GetBytes(line));
            file.Flush(flushToDisk: true);
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw AtomicFile.NotWritable(layout.Index, denied);
        }
    }

    /// <summary>A process that died while writing leaves half a line; nobody was given that certificate, so the half line goes.</summary>
    private void MendTornLine(FileStream file, Action<string>? warn)
    {
        if (file.Length == 0)
            return;
        file.Position = file.Length - 1;
        if (file.ReadByte() == '\n')
            return;
        var start = StartOfLastLine(file);
        file.Position = start;
        var tail = new byte[file.Length - start];
        file.ReadExactly(tail);
        if (IssuedEntry.Parse(System.Text.Encoding.ASCII.GetString(tail).TrimEnd('\r'), clock.GetUtcNow()) is { } whole && File.Exists(layout.IssuedCertificate(whole.SerialNumber)))
        {
            file.WriteByte((byte)'\n');
            warn?.Invoke($"The last line of '{layout.Index}' lacked its end: a process died while writing it. Its certificate was handed out, so the line has been kept and ended.");
            return;
        }

        warn?.Invoke($"The last line of '{layout.Index}' was half-written by a process that died. It names no certificate that was handed out; the half line has been removed.");
        file.SetLength(start);
    }

    private static long StartOfLastLine(FileStream file)
    {
        for (var at = file.Length - 1; at > 0; at--)
        {
            file.Position = at - 1;
            if (file.ReadByte() == '\n')
                return at;
        }

        return 0;
    }
}

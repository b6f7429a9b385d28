using Microsoft.Win32.SafeHandles;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Authority;

/// <summary>The audit log of a CA folder, <c>audit.jsonl</c>: what the CA did, one line for each deed, each bound to the one before by its hash.</summary>
internal sealed class AuditLog(AuthorityLayout layout, TimeProvider clock)
{
    /// <summary>Where the log ended when this process wrote last: mostly nobody else has written since.</summary>
    private (long Length, long Number, string Hash) end;

    internal static string Actor => $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>Appends an entry and brings it to the disk. The caller holds the lock.</summary>
    internal void Write(AuditEntry entry, PrivateKey? key = null, Action<string>? warn = null)
    {
        using var file = Append([entry], key, warn);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Appends entries, all or none. The caller holds the lock, and flushes the handle that is returned when it has let go of it.</summary>
    /// <param name="entries">What happened; number, time, author, hash and seal are added.</param>
    /// <param name="key">The CA's key, when it is at hand: it seals the log as far as it goes.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <exception cref="OutputException">The file can not be written.</exception>
    internal SafeFileHandle Append(IEnumerable<AuditEntry> entries, PrivateKey? key, Action<string>? warn)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(layout.Audit, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            var (number, hash) = FindEnd(file, warn);
            using var lines = new MemoryStream();
            foreach (var entry in entries)
            {
                var (written, line) = AuditLine.Write(Complete(entry, ++number, hash), key is null ? null : content => AuditSeal.Create(content, key));
                lines.Write(line);
                hash = written.Hash;
            }

            LineFile.Append(file, lines.GetBuffer().AsSpan(0, (int)lines.Length));
            end = (RandomAccess.GetLength(file), number, hash);
            return file;
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            file?.Dispose();
            throw AtomicFile.NotWritable(layout.Audit, denied);
        }
    }

    /// <summary>The entries, oldest first, read as they are asked for; null for a line that is none.</summary>
    internal IEnumerable<(long LineNumber, AuditEntry? Entry, bool IsWhole)> Read()
    {
        if (!File.Exists(layout.Audit))
            yield break;
        using var reader = new StreamReader(new FileStream(layout.Audit, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), System.Text.Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        for (var lineNumber = 1L; reader.ReadLine() is { } line; lineNumber++)
        {
            AuditLine.TryRead(System.Text.Encoding.UTF8.GetBytes(line), out var entry, out var isWhole);
            yield return (lineNumber, entry, isWhole);
        }
    }

    /// <summary>Adds the entries of certificates that a process recorded in the index and died.</summary>
    internal void Recover(IReadOnlyCollection<AuditEntry> issued, Action<string>? warn)
    {
        var missing = issued.ToDictionary(entry => entry.SerialNumber!);
        foreach (var (_, entry, _) in missing.Count == 0 ? [] : Read())
        {
            if (entry is { Event: AuditEvent.Issued, SerialNumber: { } serial })
                missing.Remove(serial);
        }

        if (missing.Count > 0)
            Append(missing.Values, null, warn).Dispose();
    }

    /// <summary>The first entry of a folder that is made, as it is written into it.</summary>
    internal static byte[] Begin(AuditEntry entry, PrivateKey key, DateTimeOffset now) =>
        AuditLine.Write(Complete(entry, 1, AuditLine.NoHash, now), content => AuditSeal.Create(content, key)).Line;

    private AuditEntry Complete(AuditEntry entry, long number, string previous) => Complete(entry, number, previous, clock.GetUtcNow());

    private static AuditEntry Complete(AuditEntry entry, long number, string previous, DateTimeOffset now) => entry with
    {
        Number = number,
        Time = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
        By = Actor,
        Previous = previous,
    };

    private (long Number, string Hash) FindEnd(SafeFileHandle file, Action<string>? warn)
    {
        var length = RandomAccess.GetLength(file);
        if (length > 0 && length == end.Length)
            return (end.Number, end.Hash);
        if (LineFile.IsTorn(file))
            Mend(file, warn);
        if (RandomAccess.GetLength(file) == 0)
            return Begin(file);

        // A last line that is no entry can not be followed on; verification tells of it, and the numbers go on from the line's.
        return AuditLine.TryRead(LineFile.ReadLast(file).Line, out var last, out _) ? (last.Number, last.Hash) : (Read().Where(line => line.Entry is not null).Select(line => line.Entry!.Number).LastOrDefault() + 1, AuditLine.NoHash);
    }

    /// <summary>A folder that is older than its log: so many certificates have no entries.</summary>
    private (long Number, string Hash) Begin(SafeFileHandle file)
    {
        var (entry, line) = AuditLine.Write(Complete(new AuditEntry { Event = AuditEvent.Begun, Count = new AuthorityIndex(layout, clock).Read().LongCount() }, 1, AuditLine.NoHash), null);
        LineFile.Append(file, line);
        return (1, entry.Hash);
    }

    /// <summary>A process died while writing. A line that has its hash lacks only its end; what is less goes, because what it was to tell had not been answered yet.</summary>
    private void Mend(SafeFileHandle file, Action<string>? warn)
    {
        var (start, line) = LineFile.ReadLast(file);
        if (AuditLine.TryRead(line, out _, out var isWhole) && isWhole)
        {
            LineFile.Append(file, "\n"u8);
            return;
        }

        RandomAccess.SetLength(file, start);
        warn?.Invoke($"The last line of '{layout.Audit}' was half-written by a process that died; the half line has been removed.");
    }
}

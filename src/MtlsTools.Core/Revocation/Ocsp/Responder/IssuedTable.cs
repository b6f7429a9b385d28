using Microsoft.Win32.SafeHandles;
using MtlsTools.Authority;

namespace MtlsTools.Revocation.Ocsp;

/// <summary>A CA's index in memory, as it is on disk at every moment that it is asked: other processes issue and revoke too. What was appended is read alone; a file that was replaced, as every revocation does it, is read anew.</summary>
internal sealed class IssuedTable : IDisposable
{
    private const int ChunkSize = 1 << 20;
    private const int TailSize = 4096;

    private readonly string path;
    private readonly object gate = new();
    private Dictionary<SerialKey, IssuedState> states = [];
    private SafeFileHandle? file;
    private byte[] tail = [];
    private long parsed;
    private Stamp stamp;
    private int version;

    /// <param name="path">The index.</param>
    internal IssuedTable(string path)
    {
        // A link has dates of its own.
        this.path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        stamp = new Stamp(-1, default);
    }

    private sealed record Stamp(long Length, DateTime Written);

    /// <summary>How many certificates it lists.</summary>
    internal int Count
    {
        get
        {
            lock (gate)
                return states.Count;
        }
    }

    /// <summary>Brings the table up to date.</summary>
    /// <returns>A number that changes when something that the table said before may be wrong now; certificates that are new change nothing.</returns>
    /// <exception cref="IOException">The index can not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The index can not be read.</exception>
    internal int Refresh()
    {
        if (IsCurrent())
            return Volatile.Read(ref version);
        lock (gate)
        {
            if (!IsCurrent())
                Update();
            return version;
        }
    }

    /// <summary>What the index says of a serial number; null when it does not list it.</summary>
    internal IssuedState? Find(ReadOnlySpan<byte> serial)
    {
        var key = SerialKey.Of(serial);
        lock (gate)
            return states.TryGetValue(key, out var state) ? state : null;
    }

    public void Dispose()
    {
        lock (gate)
            file?.Dispose();
    }

    private bool IsCurrent()
    {
        var info = new FileInfo(path);
        var seen = Volatile.Read(ref stamp);
        return seen.Length == info.Length && seen.Written == info.LastWriteTimeUtc;
    }

    private void Update()
    {
        var opened = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            // The stamp is older than what is read: should the file grow meanwhile, it is looked at again.
            var current = new Stamp(RandomAccess.GetLength(opened), File.GetLastWriteTimeUtc(opened));
            if (IsSameFile(current) && HasSameTail(opened))
                Append(opened);
            else
                Reload(opened);
            Volatile.Write(ref stamp, current);
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        Keep(opened);
    }

    /// <summary>The handle of the last reading stays with the old file when another takes its place: then the two differ.</summary>
    private bool IsSameFile(Stamp current) => file is { IsClosed: false } last && RandomAccess.GetLength(last) == current.Length && File.GetLastWriteTimeUtc(last) == current.Written && current.Length >= parsed;

    /// <summary>An editor may have written into the same file.</summary>
    private bool HasSameTail(SafeFileHandle opened)
    {
        var now = new byte[tail.Length];
        return Read(opened, now, parsed - tail.Length) == now.Length && now.AsSpan().SequenceEqual(tail);
    }

    /// <summary>Windows does not let a file that is open be replaced by a rename, so the handle is not kept there, and every change is a reading anew.</summary>
    private void Keep(SafeFileHandle opened)
    {
        file?.Dispose();
        file = OperatingSystem.IsWindows() ? null : opened;
        if (file is null)
            opened.Dispose();
    }

    private void Reload(SafeFileHandle opened)
    {
        var all = new Dictionary<SerialKey, IssuedState>();
        parsed = Parse(opened, 0, (key, state) => all[key] = state);
        states = all;
        KeepTail(opened);
        version++;
    }

    private void Append(SafeFileHandle opened)
    {
        var changed = false;
        parsed = Parse(opened, parsed, (key, state) =>
        {
            changed |= states.TryGetValue(key, out var before) && before != state;
            states[key] = state;
        });
        KeepTail(opened);
        if (changed)
            version++;
    }

    private void KeepTail(SafeFileHandle opened)
    {
        tail = new byte[Math.Min(parsed, TailSize)];
        Read(opened, tail, parsed - tail.Length);
    }

    /// <summary>Reads whole lines; half of one is still being written.</summary>
    /// <returns>Where the last whole line ended.</returns>
    private static long Parse(SafeFileHandle opened, long from, Action<SerialKey, IssuedState> add)
    {
        var buffer = new byte[ChunkSize];
        var text = new char[ChunkSize];
        for (var start = 0; ;)
        {
            var count = Read(opened, buffer.AsSpan(start), from + start);
            var filled = start + count;
            var end = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            ParseLines(buffer.AsSpan(0, end), text, add);
            from += end;
            if (count == 0 || (end == 0 && filled == buffer.Length))
                return from;
            buffer.AsSpan(end, filled - end).CopyTo(buffer);
            start = filled - end;
        }
    }

    private static void ParseLines(ReadOnlySpan<byte> lines, char[] text, Action<SerialKey, IssuedState> add)
    {
        for (int length; lines.Length > 0; lines = lines[length..])
        {
            length = lines.IndexOf((byte)'\n') + 1;
            var line = text.AsSpan(0, System.Text.Encoding.UTF8.GetChars(lines[..(length - 1)], text)).TrimEnd('\r');
            if (IssuedEntry.Parse(line, DateTimeOffset.MinValue) is { } entry)
                add(SerialKey.Of(Convert.FromHexString(entry.SerialNumber)), entry.Status == IssuedStatus.Revoked ? IssuedState.Revoked(entry.RevokedAt, entry.Reason ?? RevocationReason.Unspecified) : IssuedState.Valid);
        }
    }

    private static int Read(SafeFileHandle opened, Span<byte> into, long at)
    {
        var filled = 0;
        for (int count; filled < into.Length && (count = RandomAccess.Read(opened, into[filled..], at + filled)) > 0;)
            filled += count;
        return filled;
    }
}

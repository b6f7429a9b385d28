using Microsoft.Win32.SafeHandles;

namespace MtlsTools.Authority;

/// <summary>A text file to which lines are appended, each of them whole or not at all.</summary>
internal static class LineFile
{
    private const int LongestLine = 1 << 16;

    /// <summary>Appends a line at the end.</summary>
    /// <exception cref="IOException">The disk is full; the file is as it was.</exception>
    internal static void Append(SafeFileHandle file, ReadOnlySpan<byte> line)
    {
        var end = RandomAccess.GetLength(file);
        try
        {
            RandomAccess.Write(file, line, end);
        }
        catch (IOException)
        {
            // A disk that fills up takes a part of the line.
            RandomAccess.SetLength(file, end);
            throw;
        }
    }

    /// <summary>Whether the file ends in the middle of a line: a process died while writing it.</summary>
    internal static bool IsTorn(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        var last = new byte[1];
        return length > 0 && !(RandomAccess.Read(file, last, length - 1) == 1 && last[0] == '\n');
    }

    /// <summary>The last line, whole or not, without its end, and where it begins.</summary>
    internal static (long Start, byte[] Line) ReadLast(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        var tail = new byte[Math.Min(length, LongestLine)];
        var from = length - tail.Length;
        for (var read = 0; read < tail.Length;)
            read += RandomAccess.Read(file, tail.AsSpan(read), from + read);
        var end = tail.AsSpan().TrimEnd((byte)'\n').Length;
        var start = tail.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
        return (from + start, tail[start..end]);
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace MtlsTools.Rotation;

/// <summary>What a server's log shows: whether somebody came with the old in the last days. During the roll-out some do, so only what has gone quiet counts as unused. A line shows it by the issuer's name (nginx: <c>$ssl_client_i_dn</c>) or the serial number (<c>$ssl_client_serial</c>).</summary>
internal static partial class AccessLogEvidence
{
    private static readonly string[] Forms = ["d/MMM/yyyy:HH:mm:ss zzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    private static readonly TimeSpan LongestQuiet = TimeSpan.FromDays(7);

    /// <summary>What the logs say against removing the old.</summary>
    internal static IEnumerable<Obstacle> Judge(RotationContext context) => context.State.AccessLogs.SelectMany(path => Judge(context, path));

    private static IEnumerable<Obstacle> Judge(RotationContext context, string path)
    {
        if (context.State.Of(RotationAction.RemoveOld).Proved is not null)
            yield break;
        var quiet = QuietOf(context);
        var (rolledOut, window) = (context.State.Of(RotationAction.RollOut).Done ?? context.Now, context.Now - quiet);
        var since = rolledOut > window ? rolledOut : window;
        var (lines, uses, undated) = (0, 0, 0);
        string? last = null;
        foreach (var line in Lines(path))
        {
            var time = TimeOf(line);
            if (time <= since)
                continue;
            lines++;
            if (!ShowsOld(context, line))
                continue;
            uses++;
            undated += time is null ? 1 : 0;
            last = line;
        }

        if (uses > 0)
            yield return new Obstacle($"'{path}' shows {uses} {(uses == 1 ? "request" : "requests")} with the old since {since:u}{(undated > 0 ? " (lines without a time count)" : "")}, the last one: {Shorten(last!)}. Replace that client's certificate. The old counts as unused after {RotationSchedule.Days(quiet)} without it.");
        else if (lines == 0)
            yield return new Obstacle($"'{path}' shows no request at all since {since:u}, so it proves nothing. Wait for traffic, name the right file in the field accessLogs of '{context.Path}', or confirm with -Done that nothing uses the old.", IsConfirmable: true);
    }

    /// <summary>A week, or half of the time that a shorter plan leaves for the roll-out.</summary>
    private static TimeSpan QuietOf(RotationContext context)
    {
        var half = (context.State.Of(RotationAction.RemoveOld).Date - context.State.Of(RotationAction.RollOut).Date) / 2;
        return half < LongestQuiet ? half : LongestQuiet;
    }

    private static bool ShowsOld(RotationContext context, string line)
    {
        foreach (var item in context.State.Items)
        {
            if (HasSerial(line, item.OldCertificate.SerialNumber))
                return true;
        }

        if (!context.IsCa || context.State.OldCaCertificate is null)
            return false;
        var (old, next) = (context.OldCaCertificate.Subject, context.NewCaExists ? context.NewCa.Certificate.Subject : null);
        return new[] { old.Nginx, old.NginxLegacy }.Any(name => HasName(line, name, next is null ? [] : [next.Nginx, next.NginxLegacy]));
    }

    /// <summary>A name that stands for itself: not as the end of a longer one, nor as the beginning of the successor's.</summary>
    private static bool HasName(string line, string name, string[] others)
    {
        for (var at = line.IndexOf(name, StringComparison.Ordinal); at >= 0; at = line.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            var whole = (at == 0 || line[at - 1] is not (',' or '/' or '+' or '\\') && !char.IsLetterOrDigit(line[at - 1])) && (end == line.Length || line[end] is not (',' or '/' or '+') && !char.IsLetterOrDigit(line[end]));
            if (whole && !Array.Exists(others, other => other.Length > name.Length && string.CompareOrdinal(line, at, other, 0, other.Length) == 0))
                return true;
        }

        return false;
    }

    private static bool HasSerial(string line, string serial)
    {
        var at = line.IndexOf(serial, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && (at == 0 || !char.IsAsciiHexDigit(line[at - 1]) || (at >= 2 && line[(at - 2)..at] == "00")) && (at + serial.Length == line.Length || !char.IsAsciiHexDigit(line[at + serial.Length]));
    }

    private static DateTimeOffset? TimeOf(string line)
    {
        foreach (Match match in Time().Matches(line))
        {
            if (DateTimeOffset.TryParseExact(match.Value, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                return time;
        }

        return null;
    }

    private static IEnumerable<string> Lines(string path)
    {
        StreamReader reader;
        try
        {
            reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new InputException(denied is FileNotFoundException or DirectoryNotFoundException ? ErrorCode.FileNotFound : ErrorCode.FileNotReadable, $"The log '{path}' can not be read: {denied.Message} Check the path and its permissions.", path, denied);
        }

        using (reader)
        {
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > 0)
                    yield return line;
            }
        }
    }

    private static string Shorten(string line) => line.Length > 160 ? line[..160] + "…" : line;

    [GeneratedRegex(@"\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")]
    private static partial Regex Time();
}

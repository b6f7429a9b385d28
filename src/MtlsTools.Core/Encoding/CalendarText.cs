using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MtlsTools.Encoding;

/// <summary>A day in a calendar on which something is to be done.</summary>
/// <param name="Key">What makes it this event and no other. An event that is written again under the same key takes the place of the former one in people's calendars.</param>
/// <param name="Day">The day.</param>
/// <param name="Summary">One line.</param>
/// <param name="Description">More, in any number of lines.</param>
internal sealed record CalendarEvent(string Key, DateOnly Day, string Summary, string Description)
{
    /// <summary>So many days before, calendars remind of it; null never.</summary>
    internal int? RemindDaysBefore { get; init; }
}

/// <summary>Writes calendars of whole days (iCalendar, RFC 5545).</summary>
internal static class CalendarText
{
    /// <summary>A line is at most so many octets long (RFC 5545, 3.1).</summary>
    private const int LineLength = 75;

    /// <summary>Writes a calendar.</summary>
    /// <param name="name">What calendars call it.</param>
    /// <param name="events">Its events, in the order in which they stand there.</param>
    /// <param name="made">When it is made (UTC).</param>
    internal static string Write(string name, IEnumerable<CalendarEvent> events, DateTimeOffset made)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//MtlsTools//EN");
        Line(text, "CALSCALE:GREGORIAN");
        Line(text, "METHOD:PUBLISH");
        Line(text, $"NAME:{Escape(name)}");
        Line(text, $"X-WR-CALNAME:{Escape(name)}");
        foreach (var one in events)
            Add(text, one, made);
        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static void Add(StringBuilder text, CalendarEvent one, DateTimeOffset made)
    {
        Line(text, "BEGIN:VEVENT");
        Line(text, $"UID:{Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(one.Key)).AsSpan(0, 16))}@mtlstools");
        Line(text, $"DTSTAMP:{made.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}");
        Line(text, $"DTSTART;VALUE=DATE:{Day(one.Day)}");
        if (one.Day < DateOnly.MaxValue)
            Line(text, $"DTEND;VALUE=DATE:{Day(one.Day.AddDays(1))}");
        Line(text, $"SUMMARY:{Escape(one.Summary)}");
        Line(text, $"DESCRIPTION:{Escape(one.Description)}");
        Line(text, "TRANSP:TRANSPARENT");
        if (one.RemindDaysBefore is { } days)
        {
            Line(text, "BEGIN:VALARM");
            Line(text, "ACTION:DISPLAY");
            Line(text, $"DESCRIPTION:{Escape(one.Summary)}");
            Line(text, string.Create(CultureInfo.InvariantCulture, $"TRIGGER:-P{days}D"));
            Line(text, "END:VALARM");
        }

        Line(text, "END:VEVENT");
    }

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>Texts come from certificates: line ends stay inside of the value, other control characters go (RFC 5545, 3.3.11).</summary>
    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value.ReplaceLineEndings("\n"))
        {
            if (c == '\n')
                text.Append("\\n");
            else if (c is '\\' or ';' or ',')
                text.Append('\\').Append(c);
            else if (!char.IsControl(c))
                text.Append(c);
        }

        return text.ToString();
    }

    /// <summary>Ends a line, and folds a long one: a character is never cut into two.</summary>
    private static void Line(StringBuilder text, string line)
    {
        var length = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (length + rune.Utf8SequenceLength > LineLength)
            {
                text.Append("\r\n ");
                length = 1;
            }

            text.Append(rune.ToString());
            length += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}

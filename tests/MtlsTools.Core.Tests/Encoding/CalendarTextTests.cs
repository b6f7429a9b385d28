using System.Text;
using MtlsTools.Encoding;

namespace MtlsTools.Tests.Encoding;

public sealed class CalendarTextTests
{
    private static readonly DateTimeOffset Made = new(2026, 6, 1, 12, 30, 0, TimeSpan.FromHours(2));

    private static readonly string[] Lines =
    [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//MtlsTools//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "NAME:Renewals", "X-WR-CALNAME:Renewals",
        "BEGIN:VEVENT", "UID:2c70e12b7a0646f92279f427c7b38e73@mtlstools", "DTSTAMP:20260601T103000Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "SUMMARY:Renew a\\, b\\; c\\\\", "DESCRIPTION:one\\ntwo", "TRANSP:TRANSPARENT",
        "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Renew a\\, b\\; c\\\\", "TRIGGER:-P7D", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    ];

    [Fact]
    public void A_calendar_is_what_RFC_5545_asks_for() => Assert.Equal(
        string.Concat(Lines.Select(line => line + "\r\n")),
        CalendarText.Write("Renewals", [new CalendarEvent("key", new DateOnly(2026, 12, 31), "Renew a, b; c\\", "one\r\ntwo") { RemindDaysBefore = 7 }], Made),
        ignoreCase: true);

    [Theory]
    // ends of lines that would begin a property, or an event
    [InlineData("x\r\nEND:VEVENT\r\nBEGIN:VEVENT")]
    [InlineData("x\nATTACH:file:///etc/passwd")]
    // characters of two, three and four octets, and of no width
    [InlineData("äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü")]
    [InlineData("証明書証明書証明書証明書証明書証明書証明書証明書証明書証明書証明書証明書")]
    [InlineData("🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑🔒🔑")]
    [InlineData("\0\u0001\u007Fbell\a")]
    public void No_text_breaks_out_of_its_line(string text)
    {
        var calendar = CalendarText.Write(text, [new CalendarEvent(text, new DateOnly(2026, 1, 1), text, text)], Made);
        var lines = calendar.Split("\r\n");
        Assert.DoesNotContain('\n', string.Concat(lines));
        Assert.All(lines, line => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(line), 0, 75));
        var unfolded = calendar.Replace("\r\n ", "", StringComparison.Ordinal).TrimEnd().Split("\r\n");
        Assert.Equal(["BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "BEGIN", "UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "DESCRIPTION", "TRANSP", "END", "END"], unfolded.Select(line => line.Split(':')[0]));
        var kept = new string(text.ReplaceLineEndings("\n").Where(c => c == '\n' || !char.IsControl(c)).ToArray());
        Assert.Equal(kept, unfolded.Single(line => line.StartsWith("SUMMARY:", StringComparison.Ordinal))["SUMMARY:".Length..].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\,", ",", StringComparison.Ordinal));
        Assert.Equal(new UTF8Encoding(false, true).GetString(System.Text.Encoding.UTF8.GetBytes(calendar)), calendar);
    }

    [Fact]
    public void The_last_day_of_the_calendar_has_no_day_after() =>
        Assert.DoesNotContain("DTEND", CalendarText.Write("x", [new CalendarEvent("x", DateOnly.MaxValue, "x", "x")], Made), StringComparison.Ordinal);
}

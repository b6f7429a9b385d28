using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MtlsTools.Rotation;

/// <summary>The steps of a rotation as events of a calendar (RFC 5545). An event keeps its UID, so that a calendar that reads the file again moves it and makes no second one.</summary>
internal static class RotationCalendar
{
    private const int LineOctets = 75;

    internal static string Write(MtlsRotation rotation)
    {
        var text = new StringBuilder();
        Add("BEGIN:VCALENDAR");
        Add("VERSION:2.0");
        Add("PRODID:-//MtlsTools//Rotation//EN");
        Add("CALSCALE:GREGORIAN");
        foreach (var step in rotation.Steps)
            AddEvent(rotation, step);
        Add("END:VCALENDAR");
        return text.ToString();

        void Add(string line) => Fold(text, line);

        void AddEvent(MtlsRotation rotation, RotationStep step)
        {
            var changed = rotation.State.Events.Count > 0 ? rotation.State.Events[^1].Time : rotation.State.Created;
            Add("BEGIN:VEVENT");
            Add($"UID:{Id(rotation)}-{step.Step}@mtlstools");
            Add($"DTSTAMP:{changed.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}");
            Add(FormattableString.Invariant($"SEQUENCE:{rotation.State.Events.Count}"));
            Add($"DTSTART;VALUE=DATE:{Date(step.Date)}");
            Add($"DTEND;VALUE=DATE:{Date(step.Date.AddDays(1))}");
            Add($"SUMMARY:{Escape($"{rotation.Name}: {step.Description}")}");
            Add($"DESCRIPTION:{Escape(string.Join("\n", step.Manual.Prepend(FormattableString.Invariant($"Day {step.Day:0.##}, {step.Step}: {step.State}. Step-MtlsRotation '{rotation.Path}'"))))}");
            Add($"STATUS:{(step.State == RotationStepState.Done ? "CONFIRMED" : "TENTATIVE")}");
            Add("TRANSP:TRANSPARENT");
            foreach (var days in step.State == RotationStepState.Done ? [] : new[] { 7, 1 })
            {
                Add("BEGIN:VALARM");
                Add("ACTION:DISPLAY");
                Add(FormattableString.Invariant($"TRIGGER:-P{days}D"));
                Add($"DESCRIPTION:{Escape(FormattableString.Invariant($"In {days} {(days == 1 ? "day" : "days")}: {rotation.Name}, {step.Step}"))}");
                Add("END:VALARM");
            }

            Add("END:VEVENT");
        }
    }

    private static string Id(MtlsRotation rotation) =>
        Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{rotation.Name}\n{rotation.State.Created:O}")))[..24].ToLowerInvariant();

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>RFC 5545, 3.3.11.</summary>
    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal)
        .ReplaceLineEndings("\\n");

    /// <summary>No line is longer than 75 octets, and no character is cut in two (RFC 5545, 3.1).</summary>
    private static void Fold(StringBuilder text, string line)
    {
        var used = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (used + rune.Utf8SequenceLength > LineOctets)
            {
                text.Append("\r\n ");
                used = 1;
            }

            text.Append(rune.ToString());
            used += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}

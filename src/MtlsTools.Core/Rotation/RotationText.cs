using System.Globalization;
using System.Text;

namespace MtlsTools.Rotation;

/// <summary>The timeline of a rotation for documents.</summary>
internal static class RotationText
{
    private static readonly char[] MermaidMarks = [':', ';', '#', ',', '%', '"', '`', '\r', '\n'];

    internal static string Markdown(MtlsRotation rotation)
    {
        var schedule = rotation.Schedule;
        var text = new StringBuilder();
        Line(text, $"# {Plain(rotation.Name)}");
        Line(text, $"");
        Line(text, $"The old is valid for {RotationSchedule.Days(schedule.Lifetime)}, until {RotationSchedule.Date(schedule.OldEnds)}. Old and new are both valid for {RotationSchedule.Days(schedule.ValidOverlap)}, and both trusted for {RotationSchedule.Days(schedule.TrustOverlap)}.");
        Line(text, $"");
        Line(text, $"| Day | Date | Step | State | What is done |");
        Line(text, $"| ---: | --- | --- | --- | --- |");
        var steps = rotation.Steps;
        foreach (var step in steps)
            Line(text, $"| {step.Day:0.##} | {RotationSchedule.Date(step.Date)} | {step.Step} | {step.State} | {step.Description} |");
        foreach (var manual in steps.SelectMany(step => step.Manual.Select(text => $"- {step.Step}: {Plain(text)}")).Prepend("\nBy hand:\n").ToList() is { Count: > 1 } list ? list : [])
            Line(text, $"{manual}");
        return text.ToString();
    }

    internal static string Mermaid(MtlsRotation rotation)
    {
        var schedule = rotation.Schedule;
        var newEnds = schedule.IssueNew.AddDays(rotation.State.LifetimeDays);
        var what = rotation.Kind == RotationKind.Ca ? "certificates of the old CA" : "old certificates";
        var text = new StringBuilder();
        Line(text, $"gantt");
        Line(text, $"    title {Safe(rotation.Name)}");
        Line(text, $"    dateFormat {(IsByDay(schedule) ? "YYYY-MM-DD" : "YYYY-MM-DDTHH:mm")}");
        Line(text, $"    axisFormat {(IsByDay(schedule) ? "%Y-%m-%d" : "%m-%d %H:%M")}");
        Line(text, $"    section Valid");
        Line(text, $"    The {what} ({RotationSchedule.Days(schedule.Lifetime)}) :{Span(schedule.Start, schedule.OldEnds)}");
        Line(text, $"    The new certificates ({RotationSchedule.Days(newEnds - schedule.IssueNew)}) :{Span(schedule.IssueNew, newEnds)}");
        Line(text, $"    Both ({RotationSchedule.Days(schedule.ValidOverlap)}) :active, {Span(schedule.IssueNew, schedule.OldEnds)}");
        Line(text, $"    section Trusted");
        Line(text, $"    The old :{Span(schedule.Start, schedule.RemoveOld)}");
        Line(text, $"    The new :{Span(schedule.IssueNew, newEnds)}");
        Line(text, $"    Both ({RotationSchedule.Days(schedule.TrustOverlap)}) :active, {Span(schedule.IssueNew, schedule.RemoveOld)}");
        Line(text, $"    section Steps");
        foreach (var step in rotation.Steps)
            Line(text, $"    Day {step.Day:0.##} {step.Step} :milestone, {(step.State == RotationStepState.Done ? "done, " : step.State == RotationStepState.Blocked ? "crit, " : "")}{Time(step.Date)}, 0d");
        return text.ToString();

        string Span(DateTimeOffset from, DateTimeOffset to) => $"{Time(from)}, {Time(to)}";
        string Time(DateTimeOffset time) => time.UtcDateTime.ToString(IsByDay(schedule) ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
    }

    private static bool IsByDay(RotationSchedule schedule) => schedule.Lifetime >= TimeSpan.FromDays(7);

    /// <summary>Names of people must not end a chart's line, nor begin something else in it.</summary>
    private static string Safe(string name) => string.Join(' ', name.Split(MermaidMarks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Plain(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}

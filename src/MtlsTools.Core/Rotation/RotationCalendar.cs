using MtlsTools.Encoding;

namespace MtlsTools.Rotation;

/// <summary>The steps of a rotation as days of a calendar. Each keeps its key, so that a calendar that reads the file again moves it and makes no second one.</summary>
internal static class RotationCalendar
{
    private const int Reminder = 7;

    internal static string Write(MtlsRotation rotation)
    {
        var changed = rotation.State.Events.Count > 0 ? rotation.State.Events[^1].Time : rotation.State.Created;
        return CalendarText.Write(rotation.Name, rotation.Steps.Select(step => ToEvent(rotation, step)), changed);
    }

    private static CalendarEvent ToEvent(MtlsRotation rotation, RotationStep step) => new(
        $"{rotation.Name}\n{rotation.State.Created:O}\n{step.Step}",
        DateOnly.FromDateTime(step.Date.UtcDateTime),
        $"{rotation.Name}: {step.Description}",
        string.Join("\n", step.Manual.Prepend(FormattableString.Invariant($"Day {step.Day:0.##}, {step.Step}: {step.State}. Step-MtlsRotation '{rotation.Path}'"))))
    {
        RemindDaysBefore = step.State == RotationStepState.Done ? null : Reminder,
    };
}

namespace MtlsTools.Rotation;

/// <summary>One call that steps on: what is begun is written down before anything is done, and what came of it afterwards.</summary>
internal sealed class RotationAdvance(MtlsRotation rotation, RotationStepOptions options, Action<string>? warn, CancellationToken cancellation)
{
    private readonly string path = rotation.Path;
    private readonly DateTimeOffset now = rotation.Clock.GetUtcNow();
    private RotationState state = rotation.State;

    internal MtlsRotation Run()
    {
        var record = state.Steps.FirstOrDefault(step => step.Done is null)
            ?? throw new RotationException(ErrorCode.RotationFinished, $"The rotation '{state.Name}' is finished: it ended on {state.Steps[^1].Done:u}. Plan the next one with New-MtlsRotation.", path);
        CheckClock();
        CheckDay(record);
        var step = record.Step;
        state = state.With(step, one => one with { Begun = one.Begun ?? now }).Log(now, step, record.Begun is null ? "begun" : "taken up again");
        RotationFile.Write(path, state);
        var obstacles = Obstacles(step);
        var standing = obstacles.Where(one => !(one.IsConfirmable && options.Done)).Select(one => one.Text).ToList();
        if (standing.Count > 0)
        {
            RotationFile.Write(path, state.With(step, one => one with { Obstacles = standing }).Log(now, step, "blocked: " + string.Join(" ", standing)));
            throw new RotationException(ErrorCode.RotationBlocked, $"The step {step} of '{state.Name}' is not done: {string.Join(" ", standing)}", path);
        }

        var confirmed = obstacles.Count > 0;
        state = state.With(step, one => one with { Obstacles = [], Done = now, Confirmed = confirmed ? now : null }).Log(now, step, confirmed ? "done, confirmed by hand" : "done");
        RotationFile.Write(path, state);
        return rotation.With(state);
    }

    /// <summary>Obstacles that come as exceptions are written down too, so that Get-MtlsRotation shows them.</summary>
    private IReadOnlyList<Obstacle> Obstacles(RotationAction step)
    {
        try
        {
            return RotationRunner.Run(rotation.With(state).Context(options, warn, cancellation), step);
        }
        catch (MtlsException failed)
        {
            RotationFile.Write(path, state.With(step, one => one with { Obstacles = [failed.Message] }).Log(now, step, "failed: " + failed.Message));
            throw;
        }
    }

    private void CheckClock()
    {
        var last = state.Events.Count > 0 ? state.Events[^1].Time : state.Created;
        if (now < last)
            throw new RotationException(ErrorCode.RotationClockSetBack, $"The clock says {now:u}, but the rotation '{state.Name}' has been worked on at {last:u}. Set the clock right; if it was wrong then, correct the times in the fields events and steps of '{path}'.", path);
    }

    private void CheckDay(StepRecord record)
    {
        if (record.Date <= now || options.Early)
            return;
        throw new RotationException(ErrorCode.RotationNotDue, $"The step {record.Step} of '{state.Name}' is due on {record.Date:u}, in {RotationSchedule.Days(record.Date - now)}. Wait until then, or do it now with -Early.", path);
    }
}

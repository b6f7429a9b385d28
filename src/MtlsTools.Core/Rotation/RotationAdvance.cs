namespace MtlsTools.Rotation;

/// <summary>One call that steps on: what is begun is written down before anything is done, and what came of it afterwards.</summary>
internal sealed class RotationAdvance(MtlsRotation rotation, RotationStepOptions options, Action<string>? warn, CancellationToken cancellation)
{
    private readonly string path = rotation.Path;
    private readonly DateTimeOffset now = rotation.Clock.GetUtcNow();
    private readonly RotationContext context = rotation.Context(options, warn, cancellation);

    internal MtlsRotation Run()
    {
        var record = context.State.Steps.FirstOrDefault(step => step.Done is null)
            ?? throw new RotationException(ErrorCode.RotationFinished, $"The rotation '{context.State.Name}' is finished: it ended on {context.State.Steps[^1].Done:u}. Plan the next one with New-MtlsRotation.", path);
        CheckClock();
        CheckDay(record);
        var step = record.Step;
        Update(step, record.Begun is null ? "begun" : "taken up again", one => one with { Begun = one.Begun ?? now });
        var obstacles = Run(step);
        var standing = obstacles.Where(one => !(one.IsConfirmable && options.Done)).Select(one => one.Text).ToList();
        if (standing.Count > 0)
        {
            Update(step, "blocked: " + string.Join(" ", standing), one => one with { Obstacles = standing });
            throw new RotationException(ErrorCode.RotationBlocked, $"The step {step} of '{context.State.Name}' is not done: {string.Join(" ", standing)}", path);
        }

        var confirmed = obstacles.Count > 0;
        Update(step, confirmed ? "done, confirmed by hand" : "done", one => one with { Obstacles = [], Done = now, Confirmed = confirmed ? now : null });
        return rotation.With(context.State);
    }

    /// <summary>Obstacles that come as exceptions are written down too, so that Get-MtlsRotation shows them.</summary>
    private IReadOnlyList<Obstacle> Run(RotationAction step)
    {
        try
        {
            return RotationRunner.Run(context, step);
        }
        catch (MtlsException failed)
        {
            Update(step, "failed: " + failed.Message, one => one with { Obstacles = [failed.Message] });
            throw;
        }
    }

    private void Update(RotationAction step, string what, Func<StepRecord, StepRecord> change) => context.Update(state => state.With(step, change).Log(now, step, what));

    private void CheckClock()
    {
        var last = context.State.Events.Count > 0 ? context.State.Events[^1].Time : context.State.Created;
        if (now < last)
            throw new RotationException(ErrorCode.RotationClockSetBack, $"The clock says {now:u}, but the rotation '{context.State.Name}' has been worked on at {last:u}. Set the clock right; if it was wrong then, correct the times in the fields events and steps of '{path}'.", path);
    }

    private void CheckDay(StepRecord record)
    {
        if (record.Date <= now || options.Early)
            return;
        throw new RotationException(ErrorCode.RotationNotDue, $"The step {record.Step} of '{context.State.Name}' is due on {record.Date:u}, in {RotationSchedule.Days(record.Date - now)}. Wait until then, or do it now with -Early.", path);
    }
}

using MtlsTools.Encoding;

namespace MtlsTools.Rotation;

/// <summary>A rotation of certificates or of a CA: a plan and how far it has come, in one file.</summary>
public sealed class MtlsRotation
{
    private readonly TimeProvider clock;

    private MtlsRotation(string path, RotationState state, TimeProvider clock)
    {
        Path = path;
        State = state;
        this.clock = clock;
        Schedule = state.ToSchedule();
    }

    /// <summary>What people call it.</summary>
    public string Name => State.Name;

    /// <summary>What is rotated.</summary>
    public RotationKind Kind => State.Kind;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The days, and both overlaps.</summary>
    public RotationSchedule Schedule { get; }

    /// <summary>Day 0 (UTC).</summary>
    public DateTimeOffset Start => Schedule.Start;

    /// <summary>The day on which the old ends (UTC).</summary>
    public DateTimeOffset OldEnds => Schedule.OldEnds;

    /// <summary>How long both are valid.</summary>
    public TimeSpan ValidOverlap => Schedule.ValidOverlap;

    /// <summary>How long both are trusted.</summary>
    public TimeSpan TrustOverlap => Schedule.TrustOverlap;

    /// <summary>The folder of the old CA, or null.</summary>
    public string? CaPath => State.Ca;

    /// <summary>The folder of the new CA; null when the CA stays.</summary>
    public string? NewCaPath => State.NewCa;

    /// <summary>The certificates that are replaced, by name.</summary>
    public IReadOnlyList<string> Certificates => State.Items.Select(item => item.Name).ToList();

    /// <summary>The certificates on other machines, which their people have to replace; read from the CA's index.</summary>
    /// <exception cref="MtlsException">The CA's folder can not be read.</exception>
    public IReadOnlyList<string> Elsewhere => IndexEvidence.Elsewhere(Context(new RotationStepOptions(), null, default));

    /// <summary>The steps, as they stand now.</summary>
    /// <exception cref="MtlsException">The CA's folder can not be read.</exception>
    public IReadOnlyList<RotationStep> Steps => StepsAt(clock.GetUtcNow());

    /// <summary>The step that comes next; null when all are done.</summary>
    public RotationStep? Next => Steps.FirstOrDefault(step => step.State != RotationStepState.Done);

    /// <summary>Whether all steps are done.</summary>
    public bool IsFinished => State.Steps[^1].Done is not null;

    internal RotationState State { get; }

    internal TimeProvider Clock => clock;

    /// <summary>Makes a plan and writes its file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What it is to be about.</param>
    /// <param name="clock">What "now" is.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <exception cref="RotationException">The numbers do not fit together, or what is named does not do.</exception>
    /// <exception cref="MtlsException">A file can not be read or written.</exception>
    public static MtlsRotation Create(string path, RotationOptions options, TimeProvider? clock = null, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Plan(path, options, clock, warn).Save(options.Overwrite);
    }

    /// <summary>Makes a plan in memory; <see cref="Save"/> writes it.</summary>
    /// <param name="path">The file that it will have.</param>
    /// <param name="options">What it is to be about.</param>
    /// <param name="clock">What "now" is.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <exception cref="RotationException">The numbers do not fit together, or what is named does not do.</exception>
    /// <exception cref="MtlsException">A file can not be read, or the plan's file exists.</exception>
    public static MtlsRotation Plan(string path, RotationOptions options, TimeProvider? clock = null, Action<string>? warn = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        var full = System.IO.Path.GetFullPath(path);
        if (!options.Overwrite)
            AtomicFile.RefuseExisting(full);
        return new MtlsRotation(full, new RotationPlanner(full, options, clock ?? TimeProvider.System, warn).Plan(), clock ?? TimeProvider.System);
    }

    /// <summary>Writes a new plan's file.</summary>
    /// <param name="overwrite">Whether an existing one is replaced; what lay ready for it is moved aside.</param>
    /// <exception cref="OutputException">The file, or files of a former rotation of that name, exist, or can not be written.</exception>
    public MtlsRotation Save(bool overwrite = false)
    {
        var folder = RotationContext.FolderOf(Path);
        if (Directory.Exists(folder))
        {
            if (!overwrite)
                throw AtomicFile.Exists(folder);
            try
            {
                Directory.Move(folder, FormattableString.Invariant($"{folder}.{clock.GetUtcNow().UtcDateTime:yyyyMMddHHmmssfff}"));
            }
            catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
            {
                throw AtomicFile.NotWritable(folder, denied);
            }
        }

        RotationFile.Write(Path, State, overwrite);
        return this;
    }

    /// <summary>Reads a rotation's file.</summary>
    /// <exception cref="RotationException">It was edited into nonsense, or comes from a newer version.</exception>
    /// <exception cref="InputException">It is missing, or no rotation's.</exception>
    public static MtlsRotation Open(string path, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        return new MtlsRotation(full, RotationFile.Read(full), clock ?? TimeProvider.System);
    }

    /// <summary>Does the next step. It may be called again after whatever happened: what is done already is left as it is.</summary>
    /// <param name="options">How.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancellation">Ends waiting, and live tests.</param>
    /// <returns>The rotation after the step.</returns>
    /// <exception cref="RotationException">The step is not due, something stands in its way, or nothing is left to do.</exception>
    /// <exception cref="MtlsException">A file or CA can not be used.</exception>
    public MtlsRotation Advance(RotationStepOptions options, Action<string>? warn = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var held = RotationFile.Lock(Path, cancellation);
        return new RotationAdvance(Open(Path, clock), options, warn, cancellation).Run();
    }

    /// <summary>Travels through every day of the plan and says on which the first thing breaks.</summary>
    /// <param name="asOf">The day that is looked at more closely.</param>
    /// <exception cref="MtlsException">A file or CA can not be read.</exception>
    public RotationForecast Forecast(DateTimeOffset asOf) => new RotationForecaster(Context(new RotationStepOptions(), null, default), Schedule).Run(asOf);

    /// <summary>The timeline as a table in Markdown.</summary>
    public string ToMarkdown() => RotationText.Markdown(this);

    /// <summary>The timeline as a Gantt chart in Mermaid.</summary>
    public string ToMermaid() => RotationText.Mermaid(this);

    /// <summary>The timeline as a calendar (iCalendar, RFC 5545), with reminders.</summary>
    public string ToCalendar() => RotationCalendar.Write(this);

    /// <summary>The name and the next step.</summary>
    public override string ToString() => IsFinished ? $"{Name}: finished" : $"{Name}: {State.Steps.First(step => step.Done is null).Step}";

    internal MtlsRotation With(RotationState state) => new(Path, state, clock);

    internal RotationContext Context(RotationStepOptions options, Action<string>? warn, CancellationToken cancellation) =>
        new(Path, State, options, clock, warn, cancellation) { IsTakenUpAgain = State.Steps.FirstOrDefault(step => step.Done is null) is { Begun: not null } };

    internal IReadOnlyList<RotationStep> StepsAt(DateTimeOffset now)
    {
        var context = Context(new RotationStepOptions(), null, default);
        return State.Steps.Select((record, i) => Describe(context, record, i == 0 ? null : State.Steps[i - 1], now)).ToList();
    }

    private RotationStep Describe(RotationContext context, StepRecord record, StepRecord? before, DateTimeOffset now)
    {
        var (state, waits) = record switch
        {
            { Done: not null } => (RotationStepState.Done, ""),
            _ when before is { Done: null } => (RotationStepState.Waiting, $"{before.Step}"),
            { Obstacles.Count: > 0 } => (RotationStepState.Blocked, string.Join(" ", record.Obstacles)),
            _ when record.Date > now => (RotationStepState.Waiting, $"its day, in {RotationSchedule.Days(TimeSpan.FromDays(Math.Ceiling((record.Date - now).TotalDays)))}"),
            { Begun: not null } => (RotationStepState.Due, "to be taken up where it ended"),
            _ => (RotationStepState.Due, ""),
        };
        var manual = record.Done is null && before is null or { Done: not null } ? ManualWork.Of(context, record.Step) : [];
        return new RotationStep
        {
            Rotation = this,
            Day = Math.Round((record.Date - Start).TotalDays, 2),
            Date = record.Date,
            Step = record.Step,
            State = state,
            WaitsFor = waits.Length == 0 && manual.Count > 0 && state == RotationStepState.Due ? string.Join(" ", manual) : waits,
            Description = ManualWork.Describe(Kind, record.Step),
            Manual = manual,
            DoneAt = record.Done,
        };
    }
}

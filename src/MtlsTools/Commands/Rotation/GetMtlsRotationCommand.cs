using System.Management.Automation;
using MtlsTools.Encoding;
using MtlsTools.Rotation;

namespace MtlsTools.Commands;

/// <summary>The forms of a rotation's timeline.</summary>
public enum RotationForm
{
    /// <summary>The steps as objects.</summary>
    Timeline,

    /// <summary>A table in Markdown.</summary>
    Markdown,

    /// <summary>A Gantt chart in Mermaid.</summary>
    Mermaid,

    /// <summary>A calendar (iCalendar).</summary>
    Ics,
}

/// <summary>Get-MtlsRotation: where a rotation stands, its timeline, and whether every day of it works.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsRotation", DefaultParameterSetName = TimelineSet)]
[OutputType(typeof(RotationStep), typeof(string), typeof(FileInfo), ParameterSetName = [TimelineSet])]
[OutputType(typeof(RotationForecast), ParameterSetName = [ForecastSet])]
public sealed class GetMtlsRotationCommand : PSCmdlet
{
    private const string TimelineSet = "Timeline";
    private const string ForecastSet = "Forecast";

    /// <summary>The rotation.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public RotationArgument? Rotation { get; set; }

    /// <summary>The form.</summary>
    [Parameter(ParameterSetName = TimelineSet)]
    public RotationForm As { get; set; }

    /// <summary>Writes the text into a file.</summary>
    [Parameter(ParameterSetName = TimelineSet)]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter(ParameterSetName = TimelineSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Travels through the days of the plan, and looks at this one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ForecastSet)]
    public DateTimeOffset AsOf { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (OutFile is not null && As == RotationForm.Timeline)
            ThrowTerminatingError(Errors.ParameterNotUsed(nameof(OutFile), "for objects", "choose a text with -As Markdown, Mermaid or Ics"));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Rotation, () =>
    {
        var rotation = Rotation!.Resolve(this);
        if (ParameterSetName == ForecastSet)
            WriteObject(rotation.Forecast(AsOf));
        else if (As == RotationForm.Timeline)
            WriteObject(rotation.Steps, enumerateCollection: true);
        else
            Write(TextOf(rotation));
    });

    private string TextOf(MtlsRotation rotation) => As switch
    {
        RotationForm.Markdown => rotation.ToMarkdown(),
        RotationForm.Mermaid => rotation.ToMermaid(),
        _ => rotation.ToCalendar(),
    };

    private void Write(string text)
    {
        if (OutFile is null)
        {
            WriteObject(text);
            return;
        }

        var file = this.FilePath(OutFile);
        AtomicFile.Write(file, System.Text.Encoding.UTF8.GetBytes(text), FileAudience.Everyone, Force);
        this.WriteFile(file);
    }
}

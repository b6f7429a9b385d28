using System.Globalization;
using System.Management.Automation;
using System.Security;
using MtlsTools.Rotation;

namespace MtlsTools.Commands;

/// <summary>Step-MtlsRotation: does the next step of a rotation.</summary>
[Cmdlet(VerbsCommon.Step, "MtlsRotation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(RotationStep))]
public sealed class StepMtlsRotationCommand : AsyncCmdlet
{
    /// <summary>The rotation.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public RotationArgument? Rotation { get; set; }

    /// <summary>Opens the keys of the CAs.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Opens the keys of the certificates.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? KeyPassword { get; set; }

    /// <summary>Says that what lies on other machines is done.</summary>
    [Parameter]
    public SwitchParameter Done { get; set; }

    /// <summary>Does the step before its day.</summary>
    [Parameter]
    public SwitchParameter Early { get; set; }

    /// <summary>Has servers read their files again.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? ReloadCommand { get; set; }

    /// <summary>How long each stage of a live test may take.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Rotation, () =>
    {
        var rotation = Rotation!.Resolve(this);
        var next = rotation.Next;
        if (next is not null && !ShouldProcess(rotation.Path, string.Create(CultureInfo.InvariantCulture, $"{next.Step}: {next.Description} (day {next.Day:0.##}, {next.Date:yyyy-MM-dd})")))
            return;
        var options = new RotationStepOptions
        {
            Password = Password,
            KeyPassword = KeyPassword,
            Done = Done,
            Early = Early,
            Timeout = Timeout,
            Reload = ReloadCommand is null ? null : () => ReloadScript.Run(this, ReloadCommand, rotation),
        };
        var advanced = Stoppable(token => rotation.Advance(options, WriteWarning, token));
        WriteObject(advanced.Steps.First(step => step.Step == next!.Step));
    });
}

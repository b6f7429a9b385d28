using System.Management.Automation;
using MtlsTools.Rotation;

namespace MtlsTools.Commands;

/// <summary>New-MtlsRotation: plans the rotation of certificates or of a CA.</summary>
[Cmdlet(VerbsCommon.New, "MtlsRotation", SupportsShouldProcess = true)]
[OutputType(typeof(MtlsRotation))]
public sealed class NewMtlsRotationCommand : PSCmdlet
{
    /// <summary>Where the plan goes.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = "";

    /// <summary>What is rotated.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public RotationKind Kind { get; set; }

    /// <summary>The CA that is replaced, or that issues the new certificates.</summary>
    [Parameter]
    [ValidateNotNull]
    public CaArgument? Ca { get; set; }

    /// <summary>The folder of the CA that follows.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewCa { get; set; }

    /// <summary>The name of the CA that follows.</summary>
    [Parameter]
    [ValidateNotNull]
    public SubjectArgument? NewCaName { get; set; }

    /// <summary>The certificates of this machine that are replaced.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public CertificateArgument[] Certificate { get; set; } = [];

    /// <summary>The files by which servers and clients know whom to trust.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] TrustFile { get; set; } = [];

    /// <summary>The files with revocation lists that servers read.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] CrlFile { get; set; } = [];

    /// <summary>How long a revocation list is valid.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? CrlLifetime { get; set; }

    /// <summary>The servers that are tested live.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public TargetArgument[] Endpoint { get; set; } = [];

    /// <summary>Logs of servers that show who came.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] AccessLog { get; set; } = [];

    /// <summary>What people call it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Day 0.</summary>
    [Parameter]
    public DateTimeOffset? Start { get; set; }

    /// <summary>How long the old lives from day 0 on.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? Lifetime { get; set; }

    /// <summary>When the new is issued.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? IssueAfter { get; set; }

    /// <summary>When the new is rolled out.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? RollOutAfter { get; set; }

    /// <summary>How long both are trusted.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? Overlap { get; set; }

    /// <summary>Replaces an existing plan.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => this.Attempt(OutFile, () =>
    {
        var file = this.FilePath(OutFile);
        var options = new RotationOptions
        {
            Kind = Kind,
            Name = Name,
            Ca = Ca?.Resolve(this, null),
            NewCa = NewCa is null ? null : this.FilePath(NewCa),
            NewCaSubject = NewCaName?.Resolve(),
            Certificates = Certificate.Select(one => one.Resolve(this)).ToList(),
            TrustFiles = TrustFile.Select(this.FilePath).ToList(),
            CrlFiles = CrlFile.Select(this.FilePath).ToList(),
            CrlLifetime = CrlLifetime?.Value,
            Endpoints = Endpoint.Select(one => one.Resolve()).ToList(),
            AccessLogs = AccessLog.Select(this.FilePath).ToList(),
            Start = Start,
            Lifetime = Lifetime?.Value,
            IssueAfter = IssueAfter?.Value,
            RollOutAfter = RollOutAfter?.Value,
            Overlap = Overlap?.Value,
            Overwrite = Force,
        };
        var planned = MtlsRotation.Plan(file, options, warn: WriteWarning);
        if (ShouldProcess(file, $"Plan the rotation '{planned.Name}' ({planned.Schedule})"))
            WriteObject(planned.Save(Force));
    });
}

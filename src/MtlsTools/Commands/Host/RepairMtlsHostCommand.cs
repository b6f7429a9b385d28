using System.Management.Automation;
using MtlsTools.Host;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>Repair-MtlsHost: does what the findings of Test-MtlsHost propose, and nothing else.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "MtlsHost", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ReportSet)]
[OutputType(typeof(HostRepair))]
public sealed class RepairMtlsHostCommand : PSCmdlet
{
    private const string ReportSet = "Report";
    private const string FindingSet = "Finding";

    /// <summary>A report, with all its findings.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ReportSet)]
    [ValidateNotNull]
    public HostReport? Report { get; set; }

    /// <summary>One finding.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = FindingSet)]
    [ValidateNotNull]
    public HostFinding? Finding { get; set; }

    /// <summary>The findings of these checks alone.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostCheckCompleter))]
    public string[]? Id { get; set; }

    private HashSet<string>? Wanted { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() =>
        Wanted = this.Require(Id, () => HostCheckCompleter.Find(Id));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var finding in Finding is null ? Report!.Findings : [Finding])
        {
            if (Wanted is null ? Finding is not null || finding.Severity > FindingSeverity.Information : Wanted.Contains(finding.Id))
                this.Attempt(finding.Subject, () => Repair(finding));
        }
    }

    /// <summary>What takes a decision of people is told, and asks nothing.</summary>
    private void Repair(HostFinding finding)
    {
        if (!finding.Repairable || ShouldProcess(finding.Subject, finding.RepairPlan))
            WriteObject(HostRepairs.Run(finding));
    }
}

using System.Management.Automation;
using MtlsTools.Lab;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>New-MtlsLab: CAs, certificates good and bad, and servers, for tests and workshops.</summary>
[Cmdlet(VerbsCommon.New, "MtlsLab", SupportsShouldProcess = true)]
[OutputType(typeof(MtlsLab))]
public sealed class NewMtlsLabCommand : AsyncCmdlet
{
    /// <summary>Which set-up.</summary>
    [Parameter(Position = 0)]
    public LabScenario Scenario { get; set; } = LabScenario.HelloWorld;

    /// <summary>The folder; a new temporary one by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutDirectory { get; set; }

    /// <summary>Also makes certificates that every server has to refuse.</summary>
    [Parameter]
    public SwitchParameter BadCertificates { get; set; }

    /// <summary>Starts the servers, on free ports of this machine.</summary>
    [Parameter]
    public SwitchParameter StartServer { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => this.Attempt(OutDirectory, () =>
    {
        var folder = OutDirectory is null ? null : this.FilePath(OutDirectory);
        var options = new LabOptions { Path = folder, Scenario = Scenario, BadCertificates = BadCertificates, StartServer = StartServer };
        if (ShouldProcess(folder ?? "a temporary folder", $"Make a lab ({Scenario})"))
            WriteObject(Stoppable(token => MtlsLab.Create(options, server => ServerRegistry.Servers.Add(MtlsServer.Start(server)), cancellation: token)));
    });
}

using System.Management.Automation;
using MtlsTools.Lab;

namespace MtlsTools.Commands;

/// <summary>Remove-MtlsLab: stops a lab's servers and deletes what it made.</summary>
[Cmdlet(VerbsCommon.Remove, "MtlsLab", SupportsShouldProcess = true, DefaultParameterSetName = LabSet)]
public sealed class RemoveMtlsLabCommand : PathCmdlet
{
    private const string LabSet = "Lab";

    /// <summary>The labs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = LabSet)]
    public MtlsLab[] Lab { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var lab in Lab)
            this.Attempt(lab, () => Remove(lab.Path, lab.Remove));
        ForEachPath(folder =>
        {
            MtlsLab.CheckFolder(folder);
            Remove(folder, () => MtlsLab.Remove(folder));
        });
    }

    private void Remove(string folder, Func<IReadOnlyList<string>> remove)
    {
        if (!ShouldProcess(folder, "Stop the lab's servers and delete what the lab made"))
            return;
        foreach (var server in ServerRegistry.Below(folder))
            ServerRegistry.Servers.Stop(server);
        if (remove() is { Count: > 0 } left)
            WriteWarning($"The folder '{folder}' stays, because it holds what the lab did not make: {string.Join(", ", left.Select(System.IO.Path.GetFileName))}.");
    }
}

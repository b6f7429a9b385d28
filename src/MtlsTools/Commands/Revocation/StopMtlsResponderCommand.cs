using System.Management.Automation;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>Stop-MtlsResponder: stops OCSP responders.</summary>
[Cmdlet(VerbsLifecycle.Stop, "MtlsResponder", SupportsShouldProcess = true, DefaultParameterSetName = ResponderSet)]
public sealed class StopMtlsResponderCommand : PSCmdlet
{
    private const string ResponderSet = "Responder";
    private const string IdSet = "Id";

    /// <summary>The responders.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ResponderSet)]
    public MtlsResponder[] Responder { get; set; } = [];

    /// <summary>The responders' numbers.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(ResponderIdCompleter))]
    public int[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var responder in Responder)
            Stop(responder);
        foreach (var id in Id)
        {
            if (ResponderRegistry.Responders.Find(id) is { } responder)
                Stop(responder);
            else
                WriteError(Errors.ResponderNotFound(id));
        }
    }

    private void Stop(MtlsResponder responder)
    {
        if (ShouldProcess(responder.ToString(), "Stop the responder"))
            ResponderRegistry.Responders.Stop(responder);
    }
}

using System.Management.Automation;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsResponder: the OCSP responders of this session.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsResponder")]
[OutputType(typeof(MtlsResponder))]
public sealed class GetMtlsResponderCommand : PSCmdlet
{
    /// <summary>Which responders; all by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ResponderIdCompleter))]
    public int[]? Id { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Id is null)
            WriteObject(ResponderRegistry.Responders.All, enumerateCollection: true);
        foreach (var id in Id ?? [])
        {
            if (ResponderRegistry.Responders.Find(id) is { } responder)
                WriteObject(responder);
            else
                WriteError(Errors.ResponderNotFound(id));
        }
    }
}

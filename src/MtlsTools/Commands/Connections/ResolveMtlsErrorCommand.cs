using System.Management.Automation;
using MtlsTools.Connections.Diagnosis;

namespace MtlsTools.Commands;

/// <summary>Resolve-MtlsError: what an error message, number or exception of any program means for mutual TLS.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "MtlsError")]
[OutputType(typeof(ErrorExplanation))]
public sealed class ResolveMtlsErrorCommand : PSCmdlet
{
    /// <summary>Messages, error records, exceptions or numbers.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public ErrorArgument[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var error in InputObject)
            WriteObject(error.Resolve());
    }
}

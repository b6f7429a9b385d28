using System.Management.Automation;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsCsr: reads certificate requests and checks their signatures.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsCsr", DefaultParameterSetName = PathSet)]
[OutputType(typeof(CertificateSigningRequest), typeof(string))]
public sealed class GetMtlsCsrCommand : PathCmdlet
{
    /// <summary>Gives the text that openssl req -text -verify would.</summary>
    [Parameter]
    public SwitchParameter AsText { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(file =>
    {
        var request = CertificateSigningRequest.Open(file);
        WriteObject(AsText ? request.ToText() : request);
    });
}

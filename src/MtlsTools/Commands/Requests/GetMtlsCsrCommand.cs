using System.Management.Automation;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsCsr: reads certificate requests and checks their signatures.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsCsr", DefaultParameterSetName = PathSet)]
[OutputType(typeof(CertificateSigningRequest))]
public sealed class GetMtlsCsrCommand : PathCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(file => WriteObject(CertificateSigningRequest.Open(file)));
}

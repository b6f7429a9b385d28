using System.Management.Automation;

namespace MtlsTools.Benchmarks.Empty;

/// <summary>The least that a binary module can be: what its import costs is PowerShell's own price.</summary>
[Cmdlet(VerbsCommon.Get, "Empty")]
public sealed class GetEmptyCommand : PSCmdlet
{
}

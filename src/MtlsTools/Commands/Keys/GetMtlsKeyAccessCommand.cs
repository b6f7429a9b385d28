using System.Management.Automation;
using MtlsTools.Keys.Access;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsKeyAccess: shows who may use a private key.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsKeyAccess")]
[OutputType(typeof(KeyAccess))]
public sealed class GetMtlsKeyAccessCommand : PSCmdlet
{
    /// <summary>The key.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Certificate")]
    public KeyAccessArgument? Key { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Key, () => WriteObject(Key!.Resolve(this).Read(), enumerateCollection: true));
}

using System.Management.Automation;
using System.Security;
using MtlsTools.Keys;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsKey: describes the private keys of files.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsKey", DefaultParameterSetName = PathSet)]
[OutputType(typeof(MtlsKey))]
public sealed class GetMtlsKeyCommand : PathCmdlet
{
    /// <summary>Opens encrypted keys.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(file => WriteObject(MtlsKey.Open(file, Password), enumerateCollection: true));
}

using System.Management.Automation;
using MtlsTools.Keys.Access;

namespace MtlsTools.Commands;

/// <summary>Grant-MtlsKeyAccess: lets the account of a service use a private key.</summary>
[Cmdlet(VerbsSecurity.Grant, "MtlsKeyAccess", SupportsShouldProcess = true)]
[OutputType(typeof(KeyAccess))]
public sealed class GrantMtlsKeyAccessCommand : KeyAccessCmdlet
{
    /// <summary>Who gets it.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Account { get; set; } = [];

    /// <summary>What the account may do.</summary>
    [Parameter]
    [ValidateSet(nameof(KeyRight.Read), nameof(KeyRight.FullControl))]
    public KeyRight Right { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachAccount(Account, (list, account) => list.PlanGrant(account!, Right));
}

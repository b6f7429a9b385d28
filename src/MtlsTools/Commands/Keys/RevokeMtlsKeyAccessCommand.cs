using System.Management.Automation;
using MtlsTools.Keys.Access;

namespace MtlsTools.Commands;

/// <summary>Revoke-MtlsKeyAccess: takes a private key from accounts that may use it.</summary>
[Cmdlet(VerbsSecurity.Revoke, "MtlsKeyAccess", SupportsShouldProcess = true, DefaultParameterSetName = AccountSet)]
[OutputType(typeof(KeyAccess))]
public sealed class RevokeMtlsKeyAccessCommand : KeyAccessCmdlet
{
    private const string AccountSet = "Account";
    private const string AllSet = "All";

    /// <summary>Who loses it.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = AccountSet)]
    [ValidateNotNullOrEmpty]
    public string[] Account { get; set; } = [];

    /// <summary>Everybody but the owner loses it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachAccount(All ? new string?[] { null } : Account, (list, account) => list.PlanRevoke(account));
}

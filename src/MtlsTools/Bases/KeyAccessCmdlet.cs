using System.Management.Automation;
using MtlsTools.Keys.Access;

namespace MtlsTools.Commands;

/// <summary>The base of what changes who may use a key: shows the plan, asks, does it, and shows the result.</summary>
public abstract class KeyAccessCmdlet : PSCmdlet
{
    /// <summary>The key.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Certificate")]
    public KeyAccessArgument? Key { get; set; }

    /// <summary>Shows who may use the key afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Carries out one change for each account; each may fail on its own.</summary>
    protected void ForEachAccount(IEnumerable<string?> accounts, Func<KeyAccessList, string?, KeyAccessChange> plan)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        ArgumentNullException.ThrowIfNull(plan);
        this.Attempt(Key, () =>
        {
            var list = Key!.Resolve(this);
            foreach (var account in accounts)
                this.Attempt(account ?? Key.ToString(), () => Carry(list, plan(list, account)));
            if (PassThru && !this.IsWhatIf())
                WriteObject(list.Read(), enumerateCollection: true);
        });
    }

    private void Carry(KeyAccessList list, KeyAccessChange change)
    {
        foreach (var warning in change.Warnings)
            WriteWarning(warning);
        if (change.IsDone)
            WriteVerbose($"{list}: {change.Description}.");
        else if (ShouldProcess(list.Place, change.Description))
            change.Apply();
    }
}

using System.Management.Automation;
using System.Security;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>Compare-MtlsKeyPair: whether keys, certificates and requests belong together.</summary>
[Cmdlet(VerbsData.Compare, "MtlsKeyPair")]
[OutputType(typeof(KeyPairComparison), typeof(bool))]
public sealed class CompareMtlsKeyPairCommand : PSCmdlet
{
    private readonly List<KeyMaterial> items = [];
    private int given;

    /// <summary>Two or more keys, certificates or requests.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    [ValidateNotNullOrEmpty]
    public KeyMaterialArgument[] InputObject { get; set; } = [];

    /// <summary>Opens encrypted keys.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Gives true or false alone.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        given += InputObject.Length;
        foreach (var input in InputObject)
            this.Attempt(input, () => items.Add(input.Resolve(this, Password)));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (given < 2)
            WriteError(Errors.TooFewToCompare(given));

        // A verdict on the rest would be taken for a verdict on all.
        if (given < 2 || items.Count < given)
            return;
        var comparison = new KeyPairComparison(items);
        WriteObject(Quiet ? comparison.Match : comparison);
    }
}

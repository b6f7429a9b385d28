using System.Management.Automation;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>Remove-MtlsStoreItem: removes a certificate, and its key with it.</summary>
[Cmdlet(VerbsCommon.Remove, "MtlsStoreItem", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByItem)]
public sealed class RemoveMtlsStoreItemCommand : StoreCmdlet
{
    private const string ByThumbprint = "Thumbprint";

    /// <summary>The default, so that a piped item is taken whole: by the thumbprint alone it would be looked for in the usual store.</summary>
    private const string ByItem = "InputObject";

    /// <summary>The item.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByItem)]
    [ValidateNotNull]
    public StoreItem? InputObject { get; set; }

    /// <summary>The certificate's SHA-1 thumbprint.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByThumbprint)]
    [ArgumentCompleter(typeof(ThumbprintCompleter))]
    [ValidateNotNullOrEmpty]
    public string Thumbprint { get; set; } = "";

    /// <summary>The store.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = ByThumbprint)]
    public MtlsStoreName? StoreName { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(InputObject?.Thumbprint ?? Thumbprint, () => Stoppable(_ =>
    {
        var store = InputObject is null ? OpenStore(new StoreOptions { StoreName = StoreName }) : OpenStoreOf(InputObject);
        foreach (var step in store.Find(InputObject?.Thumbprint ?? Thumbprint).Where(IsMeant).Select(store.PlanRemoval))
        {
            var text = step.ToString();
            if (ShouldProcess(text, text, "Remove-MtlsStoreItem"))
                StoreTransaction.Run([step]);
        }

        return true;
    }));

    /// <summary>One certificate may lie in a store under several names.</summary>
    private bool IsMeant(StoreItem found) => InputObject is null || InputObject.Alias is null || found.Alias is null || found.Alias == InputObject.Alias;

    private CertificateStore OpenStoreOf(StoreItem item) =>
        OpenStore(item.Target, new StoreOptions { StoreName = item.StoreName, Location = item.Location ?? Location, StorePath = item.StorePath });
}

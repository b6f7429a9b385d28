using System.Management.Automation;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>Remove-MtlsStoreItem: removes a certificate, and its key with it.</summary>
[Cmdlet(VerbsCommon.Remove, "MtlsStoreItem", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveMtlsStoreItemCommand : PSCmdlet
{
    /// <summary>The certificate's SHA-1 thumbprint.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ThumbprintCompleter))]
    [ValidateNotNullOrEmpty]
    public string Thumbprint { get; set; } = "";

    /// <summary>The store.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public MtlsStoreName StoreName { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Thumbprint, () =>
    {
        var item = UserCertificateStore.Find(StoreName, Thumbprint);
        if (ShouldProcess(item.ToString(), item.HasPrivateKey ? "Remove the certificate and its private key" : "Remove the certificate"))
            UserCertificateStore.Remove(StoreName, Thumbprint);
    });
}

using System.Management.Automation;
using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>Import-MtlsToStore: puts a certificate, its key and its chain into the stores where they belong.</summary>
[Cmdlet(VerbsData.Import, "MtlsToStore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(StoreItem))]
public sealed class ImportMtlsToStoreCommand : PSCmdlet
{
    /// <summary>The certificate or CA.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>The private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens a PFX or an encrypted key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Leaves the issuers out.</summary>
    [Parameter]
    public SwitchParameter SkipChain { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Certificate, () =>
    {
        var certificate = Resolve();
        foreach (var step in UserCertificateStore.Plan(SkipChain ? certificate.WithChain([]) : certificate))
            this.Attempt(step.Certificate, () => Carry(step));
    });

    private MtlsCertificate Resolve()
    {
        var certificate = Certificate!.Resolve(this, Password);

        // A CA's key stays in its folder; a leaf without its key would be of no use in My.
        return certificate.IsCa ? certificate : Certificate.ResolveIdentity(this, Key, Password);
    }

    private void Carry(StoreImportStep step)
    {
        var what = $"Import '{step.Certificate.Name}' ({step.Certificate.Role}{(step.StoreName == MtlsStoreName.Root ? ", trusted from then on for everything" : "")})";

        // Trusting a root is grave and asks by itself; the rest asks only when -Confirm is given.
        var asks = step.StoreName == MtlsStoreName.Root || this.IsWhatIf() || MyInvocation.BoundParameters.ContainsKey("Confirm");
        if (!asks || ShouldProcess($"CurrentUser\\{step.StoreName}", what))
            WriteObject(UserCertificateStore.Import(step));
    }
}

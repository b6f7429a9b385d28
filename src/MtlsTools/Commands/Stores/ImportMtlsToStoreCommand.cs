using System.Management.Automation;
using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>Import-MtlsToStore: puts a certificate, its key and its chain where they belong.</summary>
[Cmdlet(VerbsData.Import, "MtlsToStore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(StoreItem))]
public sealed class ImportMtlsToStoreCommand : StoreCmdlet
{
    private CertificateStore? store;

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

    /// <summary>What the certificate shall be in the store.</summary>
    [Parameter]
    public MtlsStoreName? StoreName { get; set; }

    /// <summary>Its name in the store.</summary>
    [Parameter]
    [Alias("Alias", "Nickname")]
    [ValidateNotNullOrEmpty]
    public string? FriendlyName { get; set; }

    /// <summary>Lets the key leave the store again.</summary>
    [Parameter]
    public SwitchParameter Exportable { get; set; }

    /// <summary>Takes the predecessor out of use.</summary>
    [Parameter]
    public SwitchParameter ReplaceOlder { get; set; }

    /// <summary>Programs that may use the key without asking.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Application { get; set; } = [];

    /// <summary>Leaves the issuers out.</summary>
    [Parameter]
    public SwitchParameter SkipChain { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => store = OpenStore(new StoreOptions
    {
        StoreName = StoreName,
        Alias = FriendlyName,
        Exportable = Exportable,
        ReplaceOlder = ReplaceOlder,
        Applications = Application,
    });

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Certificate, () => Stoppable(_ =>
    {
        var certificate = Resolve();
        var wanted = store!.Plan(SkipChain ? certificate.WithChain([]) : certificate).Where(Agreed).ToList();
        WriteObject(StoreTransaction.Run(wanted), enumerateCollection: true);
        return true;
    }));

    private MtlsCertificate Resolve()
    {
        var certificate = Certificate!.Resolve(this, Password);

        // A CA's key stays in its folder. Whether a leaf can do without its key, the store knows.
        if (certificate.IsCa)
            return certificate;
        try
        {
            return Certificate.ResolveIdentity(this, Key, Password);
        }
        catch (KeyException missing) when (missing.Code == ErrorCode.KeyRequired)
        {
            return certificate;
        }
    }

    /// <summary>Changing trust is grave and asks by itself; the rest asks only when -Confirm is given.</summary>
    private bool Agreed(StoreStep step)
    {
        var text = step.ToString();
        if (step.ChangesTrust || this.IsWhatIf() || MyInvocation.BoundParameters.ContainsKey("Confirm"))
            return ShouldProcess(text, text, "Import-MtlsToStore");
        WriteVerbose(text);
        return true;
    }
}

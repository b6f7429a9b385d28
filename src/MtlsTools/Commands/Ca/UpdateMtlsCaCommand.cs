using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Keys;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>Update-MtlsCa: renews a CA, with its key or with a new one, or gives it the certificate that a CA elsewhere has signed.</summary>
[Cmdlet(VerbsData.Update, "MtlsCa", SupportsShouldProcess = true, DefaultParameterSetName = RenewSet)]
[OutputType(typeof(CertificateAuthority), ParameterSetName = [RenewSet, NewKeySet, InstallSet])]
[OutputType(typeof(CertificateSigningRequest), ParameterSetName = [RequestSet])]
public sealed class UpdateMtlsCaCommand : AsyncCmdlet
{
    private const string RenewSet = "Renew";
    private const string NewKeySet = "NewKey";
    private const string RequestSet = "Request";
    private const string InstallSet = "Install";

    /// <summary>The CA.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public CaArgument? Ca { get; set; }

    /// <summary>Opens its key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The CA above.</summary>
    [Parameter(ParameterSetName = RenewSet)]
    [Parameter(ParameterSetName = NewKeySet)]
    [ValidateNotNull]
    public CaArgument? Issuer { get; set; }

    /// <summary>Opens the issuer's key.</summary>
    [Parameter(ParameterSetName = RenewSet)]
    [Parameter(ParameterSetName = NewKeySet)]
    [ValidateNotNull]
    public SecureString? IssuerPassword { get; set; }

    /// <summary>Makes a new key.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NewKeySet)]
    public SwitchParameter NewKey { get; set; }

    /// <summary>The kind of the new key.</summary>
    [Parameter(ParameterSetName = NewKeySet)]
    public KeyAlgorithm? KeyAlgorithm { get; set; }

    /// <summary>Encrypts the new key.</summary>
    [Parameter(ParameterSetName = NewKeySet)]
    [ValidateNotNull]
    public SecureString? NewPassword { get; set; }

    /// <summary>The lifetime.</summary>
    [Parameter(ParameterSetName = RenewSet)]
    [Parameter(ParameterSetName = NewKeySet)]
    [ArgumentCompleter(typeof(DaysCompleter))]
    [ValidateRange(1, int.MaxValue)]
    public int? Days { get; set; }

    /// <summary>The end of validity.</summary>
    [Parameter(ParameterSetName = RenewSet)]
    [Parameter(ParameterSetName = NewKeySet)]
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>Ends with the issuer instead of failing.</summary>
    [Parameter(ParameterSetName = RenewSet)]
    [Parameter(ParameterSetName = NewKeySet)]
    public SwitchParameter AllowClamp { get; set; }

    /// <summary>Where a request for a CA elsewhere goes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RequestSet)]
    [ValidateNotNullOrEmpty]
    public string? OutCsr { get; set; }

    /// <summary>Replaces an existing request.</summary>
    [Parameter(ParameterSetName = RequestSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>The certificate that a CA elsewhere has signed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = InstallSet)]
    [ValidateNotNull]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>The certificates above it.</summary>
    [Parameter(ParameterSetName = InstallSet)]
    [ValidateNotNullOrEmpty]
    public CertificateArgument[] Chain { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Ca, () =>
    {
        if (Certificate is not null)
            Install(Ca!.ResolvePath(this));
        else if (OutCsr is not null)
            Request(Ca!.Resolve(this, Password));
        else
            Renew(Ca!.Resolve(this, Password));
    });

    private void Renew(CertificateAuthority authority)
    {
        var options = new RenewalOptions
        {
            Issuer = Issuer?.Resolve(this, IssuerPassword),
            NewKey = NewKey,
            KeyAlgorithm = KeyAlgorithm,
            Password = Password,
            NewPassword = NewPassword,
            Days = Days,
            NotAfter = NotAfter,
            AllowClamp = AllowClamp,
        };
        if (ShouldProcess(authority.Path, $"Renew the CA '{authority.Name}' with {(NewKey ? "a new key" : "its key")}"))
            WriteObject(Stoppable(token => authority.Renew(options, WriteWarning, token)));
    }

    private void Request(CertificateAuthority authority)
    {
        using var file = new OutputFiles(this, OutCsr, null, newKey: false, Force);
        if (!ShouldProcess(authority.Path, $"Write a request for a new certificate of the CA '{authority.Name}' into {file.Describe()}"))
            return;
        file.Reserve();
        var request = authority.CreateRenewalRequest();
        file.Commit(request.Save, null, null);
        WriteObject(request);
    }

    private void Install(string folder)
    {
        var certificate = Certificate!.ResolveAuthority(this, null, null, Chain);
        if (ShouldProcess(folder, $"Give the CA the certificate '{certificate.Name}' ({certificate.SerialNumber})"))
            WriteObject(Stoppable(token => CertificateAuthority.Install(folder, certificate, warn: WriteWarning, cancellation: token)));
    }
}

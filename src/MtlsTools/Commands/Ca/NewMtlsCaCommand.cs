using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;

namespace MtlsTools.Commands;

/// <summary>New-MtlsCa: makes a root CA, or an intermediate below another.</summary>
[Cmdlet(VerbsCommon.New, "MtlsCa", SupportsShouldProcess = true)]
[OutputType(typeof(CertificateAuthority))]
public sealed class NewMtlsCaCommand : AsyncCmdlet
{
    /// <summary>The folder to make.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutDirectory { get; set; } = "";

    /// <summary>The CA's name.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("Name")]
    [ValidateNotNull]
    public SubjectArgument? Subject { get; set; }

    /// <summary>The CA above.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public CaArgument? Issuer { get; set; }

    /// <summary>Opens the issuer's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? IssuerPassword { get; set; }

    /// <summary>The kind of key.</summary>
    [Parameter]
    public KeyAlgorithm? KeyAlgorithm { get; set; }

    /// <summary>Encrypts the new CA's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The lifetime.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DaysCompleter))]
    [ValidateRange(1, int.MaxValue)]
    public int? Days { get; set; }

    /// <summary>The start of validity.</summary>
    [Parameter]
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>The end of validity.</summary>
    [Parameter]
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>How many CAs may follow below.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int? PathLength { get; set; }

    /// <summary>Ends with the issuer instead of failing.</summary>
    [Parameter]
    public SwitchParameter AllowClamp { get; set; }

    /// <summary>The profile of certificates when none is named.</summary>
    [Parameter]
    public CertificateProfile? DefaultProfile { get; set; }

    /// <summary>Where its revocation list will be.</summary>
    [Parameter]
    public string[] CrlUrl { get; set; } = [];

    /// <summary>Where its OCSP responder will be.</summary>
    [Parameter]
    public string[] OcspUrl { get; set; } = [];

    /// <summary>Where its certificate will be.</summary>
    [Parameter]
    public string[] IssuerUrl { get; set; } = [];

    /// <summary>Moves an existing folder aside.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(OutDirectory, () =>
    {
        var folder = this.FilePath(OutDirectory);
        var options = new AuthorityOptions
        {
            Subject = Subject!.Resolve(),
            Issuer = Issuer?.Resolve(this, IssuerPassword),
            KeyAlgorithm = KeyAlgorithm,
            Password = Password,
            Days = Days,
            NotBefore = NotBefore,
            NotAfter = NotAfter,
            PathLength = PathLength,
            AllowClamp = AllowClamp,
            DefaultProfile = DefaultProfile,
            CrlUrls = CrlUrl,
            OcspUrls = OcspUrl,
            IssuerUrls = IssuerUrl,
            Overwrite = Force,
        };
        CertificateAuthority.CheckFolder(folder, Force);
        if (ShouldProcess(folder, Describe(options)))
            WriteObject(Stoppable(token => CertificateAuthority.Create(folder, options, warn: WriteWarning, cancellation: token)));
    });

    private string Describe(AuthorityOptions options) =>
        (options.Issuer is null ? $"Create the root CA '{Subject}'" : $"Create the intermediate CA '{Subject}' below '{options.Issuer.Name}'") +
        (Force ? ", moving aside what is there" : "");
}

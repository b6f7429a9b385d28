using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>New-MtlsCa: makes a root CA, an intermediate below another, the request of one for a CA elsewhere, or a folder for a CA that exists.</summary>
[Cmdlet(VerbsCommon.New, "MtlsCa", SupportsShouldProcess = true, DefaultParameterSetName = CreateSet)]
[OutputType(typeof(CertificateAuthority), ParameterSetName = [CreateSet, AdoptSet])]
[OutputType(typeof(CertificateSigningRequest), ParameterSetName = [RequestSet])]
public sealed class NewMtlsCaCommand : AsyncCmdlet
{
    private const string CreateSet = "Create";
    private const string RequestSet = "Request";
    private const string AdoptSet = "Adopt";

    /// <summary>The folder to make.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutDirectory { get; set; } = "";

    /// <summary>The CA's name.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = CreateSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = RequestSet)]
    [Alias("Name")]
    [ValidateNotNull]
    public SubjectArgument? Subject { get; set; }

    /// <summary>The CA above.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = CreateSet)]
    [ValidateNotNull]
    public CaArgument? Issuer { get; set; }

    /// <summary>Opens the issuer's key.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ValidateNotNull]
    public SecureString? IssuerPassword { get; set; }

    /// <summary>Where the request for a CA elsewhere goes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RequestSet)]
    [ValidateNotNullOrEmpty]
    public string? OutCsr { get; set; }

    /// <summary>The certificate of a CA that exists.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AdoptSet)]
    [ValidateNotNull]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>Its private key.</summary>
    [Parameter(ParameterSetName = AdoptSet)]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens that key.</summary>
    [Parameter(ParameterSetName = AdoptSet)]
    [ValidateNotNull]
    public SecureString? KeyPassword { get; set; }

    /// <summary>The certificates above it.</summary>
    [Parameter(ParameterSetName = AdoptSet)]
    [ValidateNotNullOrEmpty]
    public CertificateArgument[] Chain { get; set; } = [];

    /// <summary>The kind of key.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = RequestSet)]
    public KeyAlgorithm? KeyAlgorithm { get; set; }

    /// <summary>Encrypts the new CA's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The lifetime.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [ArgumentCompleter(typeof(DaysCompleter))]
    [ValidateRange(1, int.MaxValue)]
    public int? Days { get; set; }

    /// <summary>The start of validity.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>The end of validity.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>How many CAs may follow below.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = RequestSet)]
    [ValidateRange(0, 100)]
    public int? PathLength { get; set; }

    /// <summary>The names that may stand below.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = RequestSet)]
    [ValidateNotNullOrEmpty]
    public string[] PermittedName { get; set; } = [];

    /// <summary>The names that may not.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = RequestSet)]
    [ValidateNotNullOrEmpty]
    public string[] ExcludedName { get; set; } = [];

    /// <summary>What certificates below may be used for.</summary>
    [Parameter(ParameterSetName = CreateSet)]
    [Parameter(ParameterSetName = RequestSet)]
    public AuthorityUsage[] ExtendedKeyUsage { get; set; } = [];

    /// <summary>Ends with the issuer instead of failing.</summary>
    [Parameter(ParameterSetName = CreateSet)]
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
        var adopted = Certificate?.ResolveAuthority(this, Key, KeyPassword, Chain);
        var options = new AuthorityOptions
        {
            Subject = adopted?.Subject ?? Subject!.Resolve(),
            Issuer = Issuer?.Resolve(this, IssuerPassword),
            KeyAlgorithm = KeyAlgorithm,
            Password = Password ?? KeyPassword,
            Days = Days,
            NotBefore = NotBefore,
            NotAfter = NotAfter,
            PathLength = PathLength,
            PermittedNames = PermittedName.Select(NameConstraint.Parse).ToList(),
            ExcludedNames = ExcludedName.Select(NameConstraint.Parse).ToList(),
            ExtendedKeyUsage = ExtendedKeyUsage,
            AllowClamp = AllowClamp,
            DefaultProfile = DefaultProfile,
            CrlUrls = CrlUrl,
            OcspUrls = OcspUrl,
            IssuerUrls = IssuerUrl,
            Overwrite = Force,
        };
        CertificateAuthority.CheckFolder(folder, Force);
        if (OutCsr is not null)
            Request(folder, options);
        else if (ShouldProcess(folder, Describe(options, adopted is not null)))
            WriteObject(adopted is null ? Stoppable(token => CertificateAuthority.Create(folder, options, warn: WriteWarning, cancellation: token)) : CertificateAuthority.Adopt(folder, adopted, options));
    });

    private void Request(string folder, AuthorityOptions options)
    {
        using var file = new OutputFiles(this, OutCsr, null, newKey: false, Force);
        if (!ShouldProcess(folder, $"Create the key of the CA '{options.Subject}' and its request into {file.Describe()}"))
            return;
        file.Reserve();
        var request = CertificateAuthority.CreateRequest(folder, options);
        file.Commit(request.Save, null, null);
        WriteObject(request);
    }

    private string Describe(AuthorityOptions options, bool adopted) =>
        (adopted ? $"Adopt the CA '{options.Subject}'" : options.Issuer is null ? $"Create the root CA '{Subject}'" : $"Create the intermediate CA '{Subject}' below '{options.Issuer.Name}'") +
        (Force ? ", moving aside what is there" : "");
}

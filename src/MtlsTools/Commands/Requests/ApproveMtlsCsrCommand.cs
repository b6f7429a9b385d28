using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>Approve-MtlsCsr: issues certificates for requests.</summary>
[Cmdlet(VerbsLifecycle.Approve, "MtlsCsr", SupportsShouldProcess = true)]
[OutputType(typeof(MtlsCertificate), typeof(string))]
public sealed class ApproveMtlsCsrCommand : AsyncCmdlet
{
    private CertificateAuthority? authority;

    /// <summary>The CA that issues.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public CaArgument? Ca { get; set; }

    /// <summary>The requests.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Alias("Path", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public CsrArgument[] Csr { get; set; } = [];

    /// <summary>Opens the CA's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? CaPassword { get; set; }

    /// <summary>What the certificate is for.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [ValidateNotNull]
    public ProfileArgument? Profile { get; set; }

    /// <summary>The subject, instead of the request's.</summary>
    [Parameter]
    public SubjectArgument? Subject { get; set; }

    /// <summary>Host names, instead of the request's names.</summary>
    [Parameter]
    public string[]? DnsName { get; set; }

    /// <summary>IP addresses, instead of the request's names.</summary>
    [Parameter]
    public string[]? IPAddress { get; set; }

    /// <summary>Names of any kind, instead of the request's names.</summary>
    [Parameter]
    public string[]? San { get; set; }

    /// <summary>What of the request's extensions is taken.</summary>
    [Parameter]
    public ExtensionCopying CopyExtensions { get; set; } = ExtensionCopying.San;

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

    /// <summary>For the profile Intermediate: how many CAs may follow below.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int? PathLength { get; set; }

    /// <summary>Ends with the CA instead of failing.</summary>
    [Parameter]
    public SwitchParameter AllowClamp { get; set; }

    /// <summary>A chosen serial number, in hex.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SerialNumber { get; set; }

    /// <summary>Where the certificate goes, with its intermediates.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces an existing file, and approves what was denied.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Shows the openssl commands instead.</summary>
    [Parameter]
    public SwitchParameter AsOpenSsl { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => authority = this.Require(Ca, () => Ca!.Resolve(this, CaPassword));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var csr in Csr)
            this.Attempt(csr, () => Approve(csr.Resolve(this)));
    }

    private void Approve(CertificateSigningRequest request)
    {
        var options = new IssuanceOptions
        {
            Profile = IssuanceParameters.Decide(this, Profile, authority!),
            Subject = Subject?.Resolve(),
            San = CmdletExtensions.ToNames(DnsName, IPAddress, San),
            Days = Days,
            NotBefore = NotBefore,
            NotAfter = NotAfter,
            PathLength = PathLength,
            AllowClamp = AllowClamp,
            CopyExtensions = CopyExtensions,
            SerialNumber = SerialNumber,
            OverrideDenial = Force,
        };
        if (AsOpenSsl)
        {
            var name = OutFile ?? OpenSslScript.FileNameFor(options.Subject ?? request.Subject, options.San ?? request.San) + ".crt";
            WriteObject(OpenSslScript.ForApproval(authority!, request, options, request.Path, this.FilePath(name)));
            return;
        }

        using var files = new OutputFiles(this, OutFile, null, newKey: false, Force);
        if (!ShouldProcess(authority!.Path, $"Issue a {options.Profile} certificate for '{request}' into {files.Describe()}"))
            return;
        files.Reserve();
        var issued = Stoppable(token => authority.Issue(request, options, WriteWarning, token));
        if (this.IsVerbose() && CopyExtensions != ExtensionCopying.All)
        {
            foreach (var line in CertificateExplanation.OfDropped(request, options))
                WriteVerbose(line);
        }

        WriteObject(IssuanceParameters.Save(this, issued, files, null));
    }
}

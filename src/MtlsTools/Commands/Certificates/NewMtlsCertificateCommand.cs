using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>New-MtlsCertificate: key, request and approval in one.</summary>
[Cmdlet(VerbsCommon.New, "MtlsCertificate", SupportsShouldProcess = true)]
[OutputType(typeof(MtlsCertificate), typeof(string))]
public sealed class NewMtlsCertificateCommand : AsyncCmdlet
{
    private CertificateAuthority? authority;

    /// <summary>The CA that issues.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public CaArgument? Ca { get; set; }

    /// <summary>Opens the CA's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? CaPassword { get; set; }

    /// <summary>Whom the certificate is for.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    public SubjectArgument? Subject { get; set; }

    /// <summary>What the certificate is for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [ValidateNotNull]
    public ProfileArgument? Profile { get; set; }

    /// <summary>Host names.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? DnsName { get; set; }

    /// <summary>IP addresses.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? IPAddress { get; set; }

    /// <summary>Names of any kind.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? San { get; set; }

    /// <summary>An existing key.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>The kind of a new key.</summary>
    [Parameter]
    public KeyAlgorithm? KeyAlgorithm { get; set; }

    /// <summary>Opens the existing key, or encrypts the new one.</summary>
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

    /// <summary>Ends with the CA instead of failing.</summary>
    [Parameter]
    public SwitchParameter AllowClamp { get; set; }

    /// <summary>A chosen serial number, in hex.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? SerialNumber { get; set; }

    /// <summary>Where the certificate goes, with its intermediates.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Where the new key goes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? OutKey { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Shows the openssl commands instead.</summary>
    [Parameter]
    public SwitchParameter AsOpenSsl { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => authority = this.Require(Ca, () => Ca!.Resolve(this, CaPassword));

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Subject, () =>
    {
        var options = new IssuanceOptions
        {
            Profile = IssuanceParameters.Decide(this, Profile, authority!),
            Days = Days,
            NotBefore = NotBefore,
            NotAfter = NotAfter,
            AllowClamp = AllowClamp,
            SerialNumber = SerialNumber,
        };
        var subject = Subject?.Resolve() ?? DistinguishedName.Empty;
        var names = CmdletExtensions.ToNames(DnsName, IPAddress, San) ?? [];
        var algorithm = KeyAlgorithm ?? options.Profile.KeyAlgorithm;
        if (AsOpenSsl)
        {
            WriteObject(ToOpenSsl(subject, names, options, algorithm));
            return;
        }

        using var files = new OutputFiles(this, OutFile, OutKey, newKey: Key is null, Force);
        if (!ShouldProcess(authority!.Path, $"Issue a {options.Profile} certificate for '{(subject.IsEmpty ? string.Join(", ", names) : subject)}' into {files.Describe()}"))
            return;
        files.Reserve();
        var key = Key?.Resolve(this, Password) ?? PrivateKey.Generate(algorithm);
        var request = CertificateSigningRequest.Create(subject, names, key);
        var issued = Stoppable(token => authority.Issue(request, options, WriteWarning, token));
        WriteObject(IssuanceParameters.Save(this, issued, files, Password));
    });

    private string ToOpenSsl(DistinguishedName subject, IReadOnlyList<AlternativeName> names, IssuanceOptions options, KeyAlgorithm algorithm)
    {
        using var made = Key is null ? PrivateKey.Generate(algorithm) : null;
        var key = made ?? Key!.Resolve(this, Password);
        var certificate = this.FilePath(OutFile ?? OpenSslScript.FileNameFor(subject, names) + ".crt");
        var keyFile = made is null ? key.Path ?? "(key)" : OutKey is null ? System.IO.Path.ChangeExtension(certificate, ".key") : this.FilePath(OutKey);
        var request = CertificateSigningRequest.Create(subject, names, key);
        return OpenSslScript.ForCertificate(authority!, request, options, made is null ? null : algorithm, keyFile, certificate, encrypt: made is not null && Password is not null);
    }
}

using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Keys.Platform;
using MtlsTools.Names;
using MtlsTools.Requests;

namespace MtlsTools.Commands;

/// <summary>New-MtlsCsr: makes a certificate request, and its key.</summary>
[Cmdlet(VerbsCommon.New, "MtlsCsr", SupportsShouldProcess = true)]
[OutputType(typeof(CertificateSigningRequest), typeof(string))]
public sealed class NewMtlsCsrCommand : PSCmdlet
{
    /// <summary>Whom the certificate is for.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    public SubjectArgument? Subject { get; set; }

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
    public KeyAlgorithm KeyAlgorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>Opens the existing key, or encrypts the new one.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Where the new key is kept.</summary>
    [Parameter]
    public KeyStorage KeyStorage { get; set; }

    /// <summary>The new key's name in the platform's storage.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? KeyName { get; set; }

    /// <summary>Whose key it is there.</summary>
    [Parameter]
    public StoreLocation Location { get; set; } = StoreLocation.CurrentUser;

    /// <summary>The request's file.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>The new key's file.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? OutKey { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Shows the openssl commands instead.</summary>
    [Parameter]
    public SwitchParameter AsOpenSsl { get; set; }

    private bool IsPlatformKey => KeyStorage != KeyStorage.File;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (IsPlatformKey)
            this.Require(KeyStorage, PlatformKeys.Require);
        var useless = IsPlatformKey ? new[] { nameof(Key), nameof(Password), nameof(OutKey), nameof(AsOpenSsl) } : [nameof(KeyName), nameof(Location)];
        if (useless.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } parameter)
            ThrowTerminatingError(NotUsed(parameter));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Subject, () =>
    {
        var subject = Subject?.Resolve() ?? DistinguishedName.Empty;
        var names = CmdletExtensions.ToNames(DnsName, IPAddress, San) ?? [];
        if (AsOpenSsl)
        {
            WriteObject(ToOpenSsl(subject, names));
            return;
        }

        if (IsPlatformKey && OutKey is not null)
            throw new PathException(NotUsed(nameof(OutKey)));
        using var files = new OutputFiles(this, OutFile, OutKey, newKey: Key is null && !IsPlatformKey, Force);
        var plan = IsPlatformKey ? PlatformKeyPlan.Create(KeyStorage, KeyAlgorithm, KeyName, Location) : null;
        if (!ShouldProcess(plan is null ? files.Describe() : $"{plan} and {files.Describe()}", $"Create a certificate request for '{(subject.IsEmpty ? string.Join(", ", names) : subject)}'"))
            return;
        files.Reserve();
        using var made = plan is null ? null : PendingPlatformKey.Create(plan);
        var key = made?.Key ?? Key?.Resolve(this, Password) ?? PrivateKey.Generate(KeyAlgorithm);
        var request = CertificateSigningRequest.Create(subject, names, key);
        made?.Await(subject.ToX500());
        files.Commit(request.Save, key, Password);
        made?.Keep();
        WriteObject(request);
    });

    private ErrorRecord NotUsed(string parameter) =>
        Errors.ParameterNotUsed(parameter, $"with -KeyStorage {KeyStorage}", IsPlatformKey ? "leave out -KeyStorage for a key file" : "add -KeyStorage Cng or Tpm");

    private string ToOpenSsl(DistinguishedName subject, IReadOnlyList<AlternativeName> names)
    {
        var request = this.FilePath(OutFile ?? OpenSslScript.FileNameFor(subject, names) + ".csr");
        var key = Key?.Resolve(this, Password).Path ?? (OutKey is null ? System.IO.Path.ChangeExtension(request, ".key") : this.FilePath(OutKey));
        return OpenSslScript.ForRequest(subject, names, Key is null ? KeyAlgorithm : null, key, request, encrypt: Key is null && Password is not null);
    }
}

using System.Management.Automation;
using System.Security;
using MtlsTools.Certificates;

namespace MtlsTools.Commands;

/// <summary>Export-MtlsCertificate: writes certificates in the form that a program wants.</summary>
[Cmdlet(VerbsData.Export, "MtlsCertificate", SupportsShouldProcess = true, DefaultParameterSetName = FileSet)]
[OutputType(typeof(FileInfo), typeof(string))]
public sealed class ExportMtlsCertificateCommand : PSCmdlet
{
    private const string FileSet = "File";
    private const string DirectorySet = "Directory";

    private readonly List<MtlsCertificate> gathered = [];

    /// <summary>The certificate.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>Where it goes; without it text goes to the pipeline.</summary>
    [Parameter(Position = 1, ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>The folder for one file each.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DirectorySet)]
    [ValidateNotNullOrEmpty]
    public string? OutDirectory { get; set; }

    /// <summary>The form.</summary>
    [Parameter(Position = 2)]
    public ExportFormat Format { get; set; } = ExportFormat.Pem;

    /// <summary>The issuers, where the certificate does not bring them.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[]? Chain { get; set; }

    /// <summary>The private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens the private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? KeyPassword { get; set; }

    /// <summary>Protects what is written: PKCS#12, and the key of -OutKey.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Writes PKCS#12 with an empty password.</summary>
    [Parameter]
    public SwitchParameter AllowEmptyPassword { get; set; }

    /// <summary>Which program PKCS#12 is for.</summary>
    [Parameter]
    public PfxCompatibility Compatibility { get; set; }

    /// <summary>What the entry in PKCS#12 is called.</summary>
    [Parameter]
    [Alias("Alias")]
    [ValidateNotNullOrEmpty]
    public string? FriendlyName { get; set; }

    /// <summary>The name of the Kubernetes Secret.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SecretName { get; set; }

    /// <summary>The namespace of the Kubernetes Secret.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Where the private key goes as well.</summary>
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? OutKey { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Shows the openssl commands, and does nothing.</summary>
    [Parameter]
    public SwitchParameter AsOpenSsl { get; set; }

    private ExportOptions Options => new()
    {
        Format = Format,
        Password = Password,
        AllowEmptyPassword = AllowEmptyPassword,
        Compatibility = Compatibility,
        FriendlyName = FriendlyName,
        SecretName = SecretName,
        Namespace = Namespace,
    };

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        string[] unused = [
            .. Format.IsPkcs12() ? [] : new[] { nameof(AllowEmptyPassword), nameof(Compatibility), nameof(FriendlyName) },
            .. Format.IsPkcs12() || OutKey is not null ? [] : new[] { nameof(Password) },
            .. OpenSslExport.CanMake(Format) ? [] : new[] { nameof(AsOpenSsl) },
            .. Format == ExportFormat.KubernetesSecret ? [] : new[] { nameof(SecretName), nameof(Namespace) }];
        if (unused.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } parameter)
            ThrowTerminatingError(Errors.ParameterNotUsed(parameter, $"for the format {Format}", "choose the format it is for with -Format"));
        if (OutFile is null && OutDirectory is null && !AsOpenSsl && !Format.IsPublicText())
            ThrowTerminatingError(Errors.OutFileRequired(Format));
        if (AllowEmptyPassword && Password is not { Length: > 0 })
            WriteWarning("An empty password protects nothing: whoever can read the file can use what is in it.");
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Certificate, () =>
    {
        var needsKey = Format.HasPrivateKey() || OutKey is not null;
        var certificate = needsKey ? Certificate!.ResolveIdentity(this, Key, KeyPassword) : Certificate!.Resolve(this, KeyPassword);
        if (CertificateArgument.ResolveAll(this, Chain) is { } pool)
            certificate = certificate.WithChain(CertificateReader.BuildChain(certificate, pool));
        if (OutDirectory is not null)
            Write(System.IO.Path.Combine(this.FilePath(OutDirectory), ExportFileName.For(certificate, Format)), [certificate]);
        else if (OutFile is null && AsOpenSsl)
            Write(ExportFileName.For(certificate, Format), [certificate]);
        else if (OutFile is null && OutKey is null)
            WriteText([certificate]);
        else
            gathered.Add(certificate);
    });

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (gathered.Count > 0)
            this.Attempt(Certificate, () => Write(OutFile, gathered));
    }

    private void Write(string? path, List<MtlsCertificate> certificates)
    {
        if (certificates.Count > 1 && OutKey is not null)
            throw new InputException(ErrorCode.SeveralCertificates, $"-OutKey takes the key of one certificate, and '{certificates[1].Name}' is another one. Export them one at a time.");
        if (AsOpenSsl)
        {
            WriteObject(OpenSslExport.Write(certificates, Options, this.FilePath(path!), OutKey is null ? null : this.FilePath(OutKey)));
            return;
        }

        using var files = new OutputFiles(this, path, OutKey, newKey: OutKey is not null, Force);
        if (!ShouldProcess(files.Describe(), $"Export {string.Join(", ", certificates.Select(one => $"'{one.Name}'"))} as {Format}"))
            return;
        files.Reserve(CertificateExporter.AudienceOf(Format));
        files.Commit(file => CertificateExporter.Write(file, certificates, Options), certificates[0].PrivateKey, Password);
        if (files.MainPath is { } written)
            this.WriteFile(written);
        else
            WriteText(certificates);
    }

    private void WriteText(List<MtlsCertificate> certificates) =>
        WriteObject(System.Text.Encoding.UTF8.GetString(CertificateExporter.Export(certificates, Options)).TrimEnd());
}

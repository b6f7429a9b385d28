using System.Management.Automation;
using System.Security;
using MtlsTools.Certificates;

namespace MtlsTools.Commands;

/// <summary>Export-MtlsCertificate: writes a certificate in the form that a program wants.</summary>
[Cmdlet(VerbsData.Export, "MtlsCertificate", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportMtlsCertificateCommand : PSCmdlet
{
    /// <summary>The certificate.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>Where it goes.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = "";

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

    /// <summary>Protects what is written: the PFX, and the key of -OutKey.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Where the private key goes as well.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutKey { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Certificate, () =>
    {
        using var files = new OutputFiles(this, OutFile, OutKey, newKey: OutKey is not null, Force);
        var needsKey = Format == ExportFormat.Pfx || OutKey is not null;
        var certificate = needsKey ? Certificate!.ResolveIdentity(this, Key, KeyPassword) : Certificate!.Resolve(this, KeyPassword);
        if (CertificateArgument.ResolveAll(this, Chain) is { } pool)
            certificate = certificate.WithChain(CertificateReader.BuildChain(certificate, pool));
        if (!ShouldProcess(files.Describe(), $"Export '{certificate.Name}' as {Format}"))
            return;
        var content = CertificateExporter.Export(certificate, Format, Password);
        files.Reserve(CertificateExporter.AudienceOf(Format));
        files.Commit(file => file.Write(content), certificate.PrivateKey, Password);
        this.WriteFile(files.MainPath!);
    });
}

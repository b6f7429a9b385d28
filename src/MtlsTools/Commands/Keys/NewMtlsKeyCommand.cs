using System.Management.Automation;
using System.Security;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Commands;

/// <summary>New-MtlsKey: makes a private key.</summary>
[Cmdlet(VerbsCommon.New, "MtlsKey", SupportsShouldProcess = true)]
[OutputType(typeof(MtlsKey))]
public sealed class NewMtlsKeyCommand : PSCmdlet
{
    /// <summary>The key's file.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("OutKey")]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>The kind of key.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("KeyAlgorithm")]
    public KeyAlgorithm Algorithm { get; set; } = KeyAlgorithm.EcdsaP256;

    /// <summary>Encrypts the key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The form.</summary>
    [Parameter]
    [ValidateSet(nameof(KeyFormat.Pkcs8), nameof(KeyFormat.Pkcs1), nameof(KeyFormat.Sec1))]
    public KeyFormat Format { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(OutFile, () =>
    {
        var path = OutFile is null ? null : this.FilePath(OutFile);
        if (path is null && Password is not null)
            throw new PathException(Errors.PasswordWithoutFile());
        if (path is not null && !Force)
            AtomicFile.RefuseExisting(path);
        if (!ShouldProcess(path ?? "memory", $"Create a private key ({Algorithm})"))
            return;
        using var file = path is null ? null : PendingFile.Create(path, FileAudience.OwnerOnly, Force);
        var key = PrivateKey.Generate(Algorithm);
        if (file is not null)
        {
            key.Save(file, Password, Format);
            file.Commit();
        }

        WriteObject(MtlsKey.Of(key, Format, isEncrypted: Password is not null));
    });
}

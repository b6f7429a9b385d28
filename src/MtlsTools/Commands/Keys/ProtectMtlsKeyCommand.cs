using System.Management.Automation;
using System.Security;
using MtlsTools.Encoding;
using MtlsTools.Keys;

namespace MtlsTools.Commands;

/// <summary>Protect-MtlsKey: sets, changes or removes the password of a private key, and converts its form.</summary>
[Cmdlet(VerbsSecurity.Protect, "MtlsKey", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(MtlsKey))]
public sealed class ProtectMtlsKeyCommand : PathCmdlet
{
    /// <summary>The password that the key has.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The password that it gets.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? NewPassword { get; set; }

    /// <summary>Writes the key in the clear.</summary>
    [Parameter]
    public SwitchParameter RemovePassword { get; set; }

    /// <summary>The form that it gets.</summary>
    [Parameter]
    [ValidateSet(nameof(KeyFormat.Pkcs8), nameof(KeyFormat.Pkcs1), nameof(KeyFormat.Sec1))]
    public KeyFormat Format { get; set; }

    /// <summary>Another file, where the old one is to stay.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces an existing -OutFile.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (NewPassword is not null && RemovePassword)
            ThrowTerminatingError(Errors.PasswordContradiction());
        if (NewPassword is null && !RemovePassword && !MyInvocation.BoundParameters.ContainsKey(nameof(Format)))
            ThrowTerminatingError(Errors.NothingToProtect());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(file =>
    {
        var target = OutFile is null ? file : this.FilePath(OutFile);
        if (target != file && !Force)
            AtomicFile.RefuseExisting(target);
        var conversion = new KeyConversion(file, Password) { Format = Format, NewPassword = NewPassword, RemovePassword = RemovePassword };
        if (!ShouldProcess(target, conversion.Describe()))
            return;
        WriteObject(conversion.Save(target));
        if (conversion.ExposesKey)
            WriteWarning($"The key in '{target}' is no longer encrypted: whoever can read the file has the key.");
    });
}

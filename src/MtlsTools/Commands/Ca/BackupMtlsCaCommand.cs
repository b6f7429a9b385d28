using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;

namespace MtlsTools.Commands;

/// <summary>Backup-MtlsCa: copies a CA folder into one encrypted file.</summary>
[Cmdlet(VerbsData.Backup, "MtlsCa", SupportsShouldProcess = true)]
[OutputType(typeof(AuthorityBackup))]
public sealed class BackupMtlsCaCommand : AsyncCmdlet
{
    /// <summary>The CA.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Path")]
    public CaArgument? Ca { get; set; }

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = "";

    /// <summary>Encrypts the backup.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Ca!, () =>
    {
        var authority = Ca!.Resolve(this, null);
        var target = this.FilePath(OutFile);
        if (ShouldProcess(target, $"Write an encrypted backup of the CA '{authority.Name}' ({authority.Path})"))
            WriteObject(Stoppable(token => AuthorityBackup.Create(authority, target, Password!, Force, token)));
    });
}

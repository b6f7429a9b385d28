using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;

namespace MtlsTools.Commands;

/// <summary>Restore-MtlsCa: makes a CA folder from a backup, or checks the backup.</summary>
[Cmdlet(VerbsData.Restore, "MtlsCa", SupportsShouldProcess = true, DefaultParameterSetName = RestoreSet)]
[OutputType(typeof(CertificateAuthority), typeof(AuthorityBackup))]
public sealed class RestoreMtlsCaCommand : PSCmdlet
{
    private const string RestoreSet = "Restore";
    private const string VerifySet = "Verify";

    /// <summary>The backup.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "FullName")]
    [ValidateNotNullOrEmpty]
    public string BackupPath { get; set; } = "";

    /// <summary>The folder to make.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = RestoreSet)]
    [ValidateNotNullOrEmpty]
    public string OutDirectory { get; set; } = "";

    /// <summary>What the backup was encrypted with.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Opens and checks the backup, and writes nothing.</summary>
    [Parameter(Mandatory = true, ParameterSetName = VerifySet)]
    public SwitchParameter VerifyOnly { get; set; }

    /// <summary>Moves a folder aside that is there.</summary>
    [Parameter(ParameterSetName = RestoreSet)]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(BackupPath, () =>
    {
        var backup = this.FilePath(BackupPath);
        if (VerifyOnly)
        {
            WriteObject(AuthorityBackup.Verify(backup, Password!));
            return;
        }

        var target = this.FilePath(OutDirectory);
        if (!ShouldProcess(target, $"Make a CA folder from the backup '{backup}'"))
            return;
        var restored = AuthorityBackup.Restore(backup, Password!, target, Force);
        WriteWarning($"What '{restored.Name}' issued or revoked after the backup was made is not in '{restored.Path}'. Compare with what is in use, revoke anew what was revoked, and publish a revocation list (Publish-MtlsCrl).");
        WriteObject(restored);
    });
}

using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsCa: opens a CA folder, or lists what it has issued.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsCa", DefaultParameterSetName = PathSet)]
[OutputType(typeof(CertificateAuthority), typeof(IssuedEntry), typeof(DeniedRequest))]
public sealed class GetMtlsCaCommand : PathCmdlet
{
    /// <summary>Opens the key, so that the CA can issue.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Lists the certificates it has issued.</summary>
    [Parameter]
    public SwitchParameter Issued { get; set; }

    /// <summary>Lists the requests it has denied.</summary>
    [Parameter]
    public SwitchParameter Denied { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(folder =>
    {
        var authority = CertificateAuthority.Open(folder, Password);
        if (Issued)
            WriteObject(authority.GetIssued(), enumerateCollection: true);
        if (Denied)
            WriteObject(authority.GetDenied(), enumerateCollection: true);
        if (!Issued && !Denied)
            WriteObject(authority);
    });
}

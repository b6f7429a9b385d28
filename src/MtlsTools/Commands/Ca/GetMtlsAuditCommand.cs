using System.Management.Automation;
using MtlsTools.Authority;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsAudit: reads what a CA did, or checks that nobody has changed the record.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsAudit", DefaultParameterSetName = PathSet)]
[OutputType(typeof(AuditEntry), typeof(AuditReport), typeof(bool))]
public sealed class GetMtlsAuditCommand : PathCmdlet
{
    /// <summary>Gives entries about one of these alone.</summary>
    [Parameter]
    public AuditEvent[] Event { get; set; } = [];

    /// <summary>Gives entries about certificates with one of these serial numbers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SerialNumber { get; set; } = [];

    /// <summary>Gives entries from this time on.</summary>
    [Parameter]
    public DateTime? After { get; set; }

    /// <summary>Checks the log instead of listing it.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>The hash of an entry that must be in the log: the Head of an earlier check.</summary>
    [Parameter]
    [ValidatePattern("^[0-9A-Fa-f]{64}$")]
    public string? Head { get; set; }

    /// <summary>Gives True or False.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(folder =>
    {
        var authority = CertificateAuthority.Open(folder);
        if (!Verify && Head is null && !Quiet)
        {
            WriteObject(authority.GetAudit().Where(IsWanted), enumerateCollection: true);
            return;
        }

        var report = authority.VerifyAudit(Head);
        if (Quiet)
            WriteObject(report.Success);
        else
            WriteObject(report);
    });

    private bool IsWanted(AuditEntry entry) =>
        (Event.Length == 0 || Event.Contains(entry.Event))
        && (SerialNumber.Length == 0 || SerialNumber.Any(entry.IsAbout))
        && (After is not { } after || entry.Time >= after);
}

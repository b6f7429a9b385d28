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

    /// <summary>Lists those with one of these serial numbers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SerialNumber { get; set; } = [];

    /// <summary>Lists those with such a common name.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Lists those in one of these states.</summary>
    [Parameter]
    public IssuedStatus[] Status { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(folder =>
    {
        var authority = CertificateAuthority.Open(folder, Password);
        var listed = Issued || SerialNumber.Length + Name.Length + Status.Length > 0;
        if (listed)
            WriteObject(Select(authority.GetIssued()), enumerateCollection: true);
        if (Denied)
            WriteObject(authority.GetDenied(), enumerateCollection: true);
        if (!listed && !Denied)
            WriteObject(authority);
    });

    private IEnumerable<IssuedEntry> Select(IEnumerable<IssuedEntry> entries)
    {
        var names = Name.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase)).ToList();
        return entries.Where(entry =>
            (Status.Length == 0 || Status.Contains(entry.Status))
            && (SerialNumber.Length == 0 || SerialNumber.Any(entry.HasSerialNumber))
            && (names.Count == 0 || (entry.Name is { } name && names.Exists(pattern => pattern.IsMatch(name)))));
    }
}

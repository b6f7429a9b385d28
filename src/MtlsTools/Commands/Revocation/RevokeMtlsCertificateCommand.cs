using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>Revoke-MtlsCertificate: records in a CA's index that certificates are revoked, or lifts a hold.</summary>
[Cmdlet(VerbsSecurity.Revoke, "MtlsCertificate", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByCertificate)]
[OutputType(typeof(CertificateRevocation))]
public sealed class RevokeMtlsCertificateCommand : AsyncCmdlet
{
    private const string ByCertificate = "Certificate";
    private const string BySerialNumber = "SerialNumber";
    private const string ByThumbprint = "Thumbprint";
    private const string ByName = "Name";

    /// <summary>What is to be revoked, and as what it was given: all of it is looked up at once, in one pass over the index.</summary>
    private readonly List<(RevocationTarget Target, object Given)> targets = [];
    private CertificateAuthority? authority;

    /// <summary>The CA that issued.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    public CaArgument? Ca { get; set; }

    /// <summary>The certificates.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ParameterSetName = ByCertificate)]
    [Alias("Path", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public IssuedCertificateArgument[] Certificate { get; set; } = [];

    /// <summary>Their serial numbers.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BySerialNumber)]
    [ValidateNotNullOrEmpty]
    public string[] SerialNumber { get; set; } = [];

    /// <summary>Their thumbprints.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByThumbprint)]
    [ValidateNotNullOrEmpty]
    public string[] Thumbprint { get; set; } = [];

    /// <summary>Their common names or subjects.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByName)]
    [ValidatePattern("\\S")]
    public string[] Name { get; set; } = [];

    /// <summary>Takes every valid certificate of a name.</summary>
    [Parameter(ParameterSetName = ByName)]
    public SwitchParameter All { get; set; }

    /// <summary>Why.</summary>
    [Parameter]
    public RevocationReason Reason { get; set; }

    /// <summary>Revokes older certificates for the same names, too.</summary>
    [Parameter]
    public SwitchParameter IncludeSuperseded { get; set; }

    /// <summary>Revokes every certificate of the key, too.</summary>
    [Parameter]
    public SwitchParameter SameKey { get; set; }

    /// <summary>Publishes the CA's list afterwards.</summary>
    [Parameter]
    public SwitchParameter PublishCrl { get; set; }

    /// <summary>Opens the CA's key, which only a list needs.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? CaPassword { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => authority = this.Require(Ca, () => Ca!.Resolve(this, CaPassword));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var one in Certificate)
            this.Attempt(one, () => targets.Add((one.Resolve(this), one)));
        Add(SerialNumber, RevocationTarget.OfSerialNumber);
        Add(Thumbprint, RevocationTarget.OfThumbprint);
        Add(Name, RevocationTarget.OfName);
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => this.Attempt(Ca, () =>
    {
        var options = new RevokeOptions { Reason = Reason, All = All, IncludeSuperseded = IncludeSuperseded, SameKey = SameKey };
        var plan = Stoppable(token => authority!.PlanRevocation(targets.Select(one => one.Target), options, token));
        foreach (var warning in plan.Warnings)
            WriteWarning(warning);
        foreach (var (target, error) in plan.Failures)
            WriteError(Errors.From(error, targets.Find(one => ReferenceEquals(one.Target, target)).Given));
        var done = Stoppable(token => authority!.Revoke(plan.Revocations.Where(IsApproved).ToList(), token));
        Report(done, PublishCrl && !this.IsWhatIf() ? Publish() : null);
    });

    private bool IsApproved(PlannedRevocation planned) => ShouldProcess(
        $"{planned.Name} ({planned.SerialNumber}) of '{authority!.Name}'{planned.Cause switch { RevocationCause.Superseded => ", which was replaced", RevocationCause.SameKey => ", which has the same key", _ => "" }}",
        planned.Reason == RevocationReason.RemoveFromCrl ? "Lift the hold" : $"Revoke, reason {planned.Reason}");

    /// <summary>Also when nothing was to be revoked: a run that died before its list was published can be repeated.</summary>
    private PublishedCrl? Publish()
    {
        PublishedCrl? published = null;
        this.Attempt(authority, () => published = Stoppable(token => authority!.PublishCrl(new CrlOptions { IfNeeded = true, Password = CaPassword }, WriteWarning, token)));
        return published;
    }

    private void Report(IReadOnlyList<CertificateRevocation> done, PublishedCrl? published)
    {
        foreach (var one in done)
        {
            if (RevocationErrors.Of(one) is { } error)
                WriteError(Errors.From(error, one.SerialNumber));
            else
                WriteObject(one with { CrlNumber = published?.Number, CrlPath = published?.Path });
        }

        if (published is null && done.Any(one => one.IsChanged))
            WriteWarning($"Nobody learns of it before the next revocation list: Publish-MtlsCrl '{authority!.Path}', and hand the list to the servers.");
    }

    private void Add(string[] texts, Func<string, RevocationTarget> read)
    {
        foreach (var text in texts)
            this.Attempt(text, () => targets.Add((read(text), text)));
    }
}

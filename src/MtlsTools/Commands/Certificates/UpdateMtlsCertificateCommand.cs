using System.Buffers;
using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Keys;
using MtlsTools.Renewal;

namespace MtlsTools.Commands;

/// <summary>Update-MtlsCertificate: renews certificates where they lie.</summary>
[Cmdlet(VerbsData.Update, "MtlsCertificate", SupportsShouldProcess = true, DefaultParameterSetName = CertificateSet)]
[OutputType(typeof(RenewalResult))]
public sealed class UpdateMtlsCertificateCommand : AsyncCmdlet
{
    private const string CertificateSet = "Certificate";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string ConfigSet = "Config";

    private static readonly SearchValues<char> FileCharacters = SearchValues.Create("./\\*?[");

    private readonly List<(RenewalPlan Plan, RenewalResult Result)> done = [];
    private CertificateAuthority? authority;
    private CertificateRenewalOptions options = new();
    private CertificateRenewal? renewal;

    /// <summary>Certificate files; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken as written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A certificate, a store item, or a row with a Path.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CertificateSet)]
    [Alias("InputObject")]
    [ValidateNotNull]
    public RenewalArgument[] Certificate { get; set; } = [];

    /// <summary>Configurations of servers: every certificate of the CA in them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ConfigSet)]
    [ValidateNotNullOrEmpty]
    public string[] ConfigPath { get; set; } = [];

    /// <summary>The CA that issues.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNull]
    public CaArgument? Ca { get; set; }

    /// <summary>Opens the CA's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? CaPassword { get; set; }

    /// <summary>The key's file.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [ValidateNotNullOrEmpty]
    public string? KeyPath { get; set; }

    /// <summary>The file of the issuers.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [ValidateNotNullOrEmpty]
    public string? ChainPath { get; set; }

    /// <summary>Opens the key, and protects the new one.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Renews only what is due.</summary>
    [Parameter]
    public SwitchParameter IfNeeded { get; set; }

    /// <summary>The share of its life after which a certificate is due.</summary>
    [Parameter]
    [ValidateRange(0.01, 1.0)]
    public double? RenewAfterShare { get; set; }

    /// <summary>How long before its end a certificate is due.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? RenewBefore { get; set; }

    /// <summary>Keeps the key.</summary>
    [Parameter]
    public SwitchParameter KeepKey { get; set; }

    /// <summary>The kind of the new key.</summary>
    [Parameter]
    public KeyAlgorithm? KeyAlgorithm { get; set; }

    /// <summary>The profile.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ProfileCompleter))]
    [ValidateNotNull]
    public ProfileArgument? Profile { get; set; }

    /// <summary>The subject alternative names.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[]? San { get; set; }

    /// <summary>The lifetime.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DaysCompleter))]
    [ValidateRange(1, int.MaxValue)]
    public int? Days { get; set; }

    /// <summary>Ends with the CA instead of failing.</summary>
    [Parameter]
    public SwitchParameter AllowClamp { get; set; }

    /// <summary>Takes certificates of other CAs too.</summary>
    [Parameter]
    public SwitchParameter ChangeIssuer { get; set; }

    /// <summary>How many former versions are kept.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int Keep { get; set; } = 1;

    /// <summary>Leaves files files.</summary>
    [Parameter]
    public SwitchParameter NoLink { get; set; }

    /// <summary>Runs once at the end, when something was renewed.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? ReloadCommand { get; set; }

    /// <summary>Revokes what was replaced.</summary>
    [Parameter]
    public SwitchParameter RevokeOld { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        (string Parameter, bool IsUnused, string Where, string Instead)[] rules = [
            (nameof(RenewAfterShare), RenewAfterShare is not null && !IfNeeded, "without -IfNeeded", "add -IfNeeded"),
            (nameof(RenewBefore), RenewBefore is not null && !IfNeeded, "without -IfNeeded", "add -IfNeeded"),
            (nameof(KeyAlgorithm), KeyAlgorithm is not null && KeepKey, "with -KeepKey", "leave out -KeepKey for a new key")];
        if (Array.Find(rules, rule => rule.IsUnused) is { Parameter: not null } unused)
            ThrowTerminatingError(Errors.ParameterNotUsed(unused.Parameter, unused.Where, unused.Instead));
        authority = this.Require(Ca, () => Ca!.Resolve(this, CaPassword));
        options = this.Require(Profile, () => new CertificateRenewalOptions
        {
            IfNeeded = IfNeeded,
            RenewAfterShare = RenewAfterShare,
            RenewBefore = RenewBefore?.Value,
            KeepKey = KeepKey,
            KeyAlgorithm = KeyAlgorithm,
            Profile = Profile?.Resolve(this, authority),
            San = CmdletExtensions.ToNames(null, null, San),
            Days = Days,
            AllowClamp = AllowClamp,
            ChangeIssuer = ChangeIssuer,
            Keep = Keep,
            NoLink = NoLink,
            ExpectsReload = ReloadCommand is not null,
        });
        renewal = new CertificateRenewal(authority, options);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var argument in LiteralPath.Select(path => new RenewalArgument(path)).Concat(Certificate))
            Renew(argument);
        foreach (var path in Path)
        {
            // A path of the Cert: drive, or a thumbprint, has no wildcards.
            var isFile = !path.StartsWith("Cert:", StringComparison.OrdinalIgnoreCase) && path.AsSpan().IndexOfAny(FileCharacters) >= 0;
            foreach (var one in isFile ? this.Expand(path) : [path])
                Renew(new RenewalArgument(one));
        }

        foreach (var path in ConfigPath)
        {
            Attempt(path, null, () =>
            {
                foreach (var target in ConfigTargets.Find(this.FilePath(path), authority!, options, Password, WriteWarning))
                    Renew(target, () => target);
            });
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var isReloaded = ReloadCommand is null || Reload();
        if (RevokeOld && isReloaded && done.Count > 0)
            this.Attempt(authority!.Path, () => Stoppable(token =>
            {
                renewal!.RevokeFormer(done.Select(one => one.Result), token);
                return true;
            }));
    }

    private void Renew(RenewalArgument argument) => Renew(argument, () => argument.Resolve(this, PathOrNull(KeyPath), PathOrNull(ChainPath), Password));

    private void Renew(object argument, Func<RenewalTarget> resolve)
    {
        RenewalPlan? plan = null;
        Attempt(argument, () => plan, () =>
        {
            plan = renewal!.Plan(resolve());
            Renew(plan);
        });
    }

    /// <summary>What fails is an error and a result, and the next one goes on.</summary>
    private void Attempt(object argument, Func<RenewalPlan?>? findPlan, Action work)
    {
        try
        {
            work();
        }
        catch (MtlsException failure)
        {
            Fail(Errors.From(failure, argument));
        }
        catch (PathException failure)
        {
            Fail(failure.Record);
        }

        void Fail(ErrorRecord error)
        {
            WriteError(error);
            var plan = findPlan?.Invoke();
            WriteObject(new RenewalResult { State = RenewalState.Failed, Reason = error.Exception.Message, Path = plan?.Target.ToString() ?? argument.ToString()!, KeyPath = plan?.Target.KeyPath, Certificate = plan?.Current });
        }
    }

    private void Renew(RenewalPlan plan)
    {
        WriteVerbose($"{plan.Target}: {(plan.IsDue ? "is renewed" : "is not due")} ({plan.Reason}).");
        if ((plan.IsDue || plan.IsUnfinished) && !ShouldProcess(plan.Target.ToString(), $"{plan.Description} (reason: {plan.Reason})"))
            return;
        var result = Stoppable(token => renewal!.Renew(plan, WriteWarning, token));
        if (result.State == RenewalState.Renewed || (ReloadCommand is not null && plan.IsReloadPending))
            done.Add((plan, result));
        if (ReloadCommand is null || !done.Exists(one => one.Plan == plan))
            WriteObject(result);
    }

    /// <summary>Tells the programs, once for all that was renewed, and for what an earlier run could not tell them.</summary>
    private bool Reload()
    {
        if (done.Count == 0 || !ShouldProcess(ReloadCommand!.ToString().Trim(), "Run the reload command"))
            return done.Count == 0;
        var failure = ReloadScript.Run(this, ReloadCommand, done.ConvertAll(one => one.Result));
        if (failure is not null)
            WriteError(Errors.ReloadFailed(ReloadCommand, failure));
        foreach (var (plan, result) in done)
        {
            if (failure is null)
                this.Attempt(result.Path, plan.MarkReloaded);
            WriteObject(failure is null ? result : result with { State = RenewalState.RenewedReloadFailed, Reason = $"{result.Reason}; {failure}" });
        }

        return failure is null;
    }

    private string? PathOrNull(string? path) => path is null ? null : this.FilePath(path);
}

using System.Management.Automation;
using System.Security;
using MtlsTools.Audit;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Requests;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>Test-MtlsPolicy: judges certificates, requests, keys, revocation lists and CA folders by a table of rules.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtlsPolicy", DefaultParameterSetName = PathSet)]
[OutputType(typeof(PolicyReport), typeof(PolicyRule), typeof(bool))]
public sealed class TestMtlsPolicyCommand : PathCmdlet
{
    private const string CertificateSet = "Certificate";
    private const string RequestSet = "Request";
    private const string CaSet = "Ca";
    private const string KeySet = "Key";
    private const string ListSet = "ListRule";

    private PolicyAudit? audit;
    private bool isClean = true;

    /// <summary>A certificate, or that of a store item or a server.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CertificateSet)]
    public MtlsCertificate? Certificate { get; set; }

    /// <summary>A request.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RequestSet)]
    public CertificateSigningRequest? Request { get; set; }

    /// <summary>A CA.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = CaSet)]
    public CertificateAuthority? Ca { get; set; }

    /// <summary>A private key.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = KeySet)]
    public PrivateKey? Key { get; set; }

    /// <summary>Shows the rules and judges nothing.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ListSet)]
    public SwitchParameter ListRule { get; set; }

    /// <summary>CAs that may have issued what is judged.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[]? Issuer { get; set; }

    /// <summary>These rules and no others.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PolicyRuleCompleter))]
    public string[]? Rule { get; set; }

    /// <summary>Rules to leave out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PolicyRuleCompleter))]
    public string[]? ExcludeRule { get; set; }

    /// <summary>Rules that matter less are left out.</summary>
    [Parameter]
    public FindingSeverity MinimumSeverity { get; set; }

    /// <summary>The day the verdict is for.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>Opens a PFX or an encrypted key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Looks into the folders of a folder, and at what a CA has issued.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Gives one true or false for all that was judged.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private PolicyOptions Options => new() { Rules = Find(Rule), ExcludedRules = Find(ExcludeRule) ?? new HashSet<string>(), MinimumSeverity = MinimumSeverity, AsOf = AsOf };

    /// <inheritdoc/>
    protected override void BeginProcessing() =>
        audit = this.Require(Issuer, () => new PolicyAudit(Options, CertificateArgument.ResolveAll(this, Issuer)));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ListRule)
            WriteObject(PolicyRules.All.Where(Options.Asks), enumerateCollection: true);
        else if (Certificate is not null)
            Judge(Certificate, () => [audit!.Judge(Certificate)]);
        else if (Request is not null)
            Judge(Request, () => [audit!.Judge(Request)]);
        else if (Ca is not null)
            Judge(Ca, () => audit!.Judge(Ca));
        else if (Key is not null)
            Judge(Key, () => [audit!.Judge(Key)]);
        else
            ForEachPath(path => Judge(path, () => Directory.Exists(path) ? audit!.JudgeFolder(path, Recurse, Password, WriteFailure) : audit!.JudgeFile(path, Password)));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var report in audit!.Finish())
            Write(report);
        if (Quiet && !ListRule)
            WriteObject(isClean);
    }

    private static HashSet<string>? Find(string[]? names) =>
        names?.Select(name => PolicyRules.Find(name)?.Id ?? throw new PathException(Errors.RuleUnknown(name))).ToHashSet(StringComparer.Ordinal);

    /// <summary>What can not be judged is not clean either.</summary>
    private void Judge(object target, Func<IEnumerable<PolicyReport>> work) => this.Attempt(target, () =>
    {
        try
        {
            foreach (var report in work().TakeWhile(_ => !Stopping))
                Write(report);
        }
        catch (MtlsException)
        {
            isClean = false;
            throw;
        }
    });

    private void WriteFailure(MtlsException failure)
    {
        isClean = false;
        WriteError(Errors.From(failure, failure.Path));
    }

    private void Write(PolicyReport report)
    {
        isClean &= report.Success;
        if (!Quiet)
            WriteObject(report);
    }
}

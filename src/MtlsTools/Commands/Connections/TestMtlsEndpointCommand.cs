using System.Management.Automation;
using System.Security;
using System.Security.Authentication;
using MtlsTools.Authority;
using MtlsTools.Connections;
using MtlsTools.Connections.Enforcement;

namespace MtlsTools.Commands;

/// <summary>Test-MtlsEndpoint: whether a server keeps out whom it should, proved by trying.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtlsEndpoint", SupportsShouldProcess = true)]
[OutputType(typeof(EnforcementReport), typeof(bool))]
public sealed class TestMtlsEndpointCommand : ThrottledCmdlet<TestMtlsEndpointCommand.Job, EnforcementReport>
{
    private EnforcementOptions? options;

    /// <summary>Where to: a URI, host:port, or a server of Start-MtlsServer.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Uri")]
    public TargetArgument[] Target { get; set; } = [];

    /// <summary>A good client's certificate.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>The good client's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens a PFX or an encrypted key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The CA that issues for the server's clients.</summary>
    [Parameter]
    [ValidateNotNull]
    public CaArgument? Ca { get; set; }

    /// <summary>Opens the CA's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? CaPassword { get; set; }

    /// <summary>The CAs that may vouch for the server.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[]? TrustedCa { get; set; }

    /// <summary>Sends even the good client's certificate to a server that is not judged.</summary>
    [Parameter]
    public SwitchParameter SkipServerCheck { get; set; }

    /// <summary>The name that the server's certificate must cover.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>Which probes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public EnforcementProbe[] Probe { get; set; } = [];

    /// <summary>Over which TLS versions.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateSet(nameof(SslProtocols.Tls12), nameof(SslProtocols.Tls13))]
    public SslProtocols[] TlsVersion { get; set; } = [SslProtocols.Tls12, SslProtocols.Tls13];

    /// <summary>How the server goes over to TLS.</summary>
    [Parameter]
    public StartTlsProtocol? StartTls { get; set; }

    /// <summary>What is said inside TLS.</summary>
    [Parameter]
    public ApplicationProtocol? Protocol { get; set; }

    /// <summary>How long each stage of a connection may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <summary>Gives true or false alone.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Trying servers";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        options = this.Require(Certificate, () => new EnforcementOptions
        {
            Connection = new ConnectionOptions
            {
                Certificate = Certificate?.ResolveIdentity(this, Key, Password),
                TrustedCas = CertificateArgument.ResolveAll(this, TrustedCa),
                SkipServerCheck = SkipServerCheck,
                ServerName = ServerName,
                StartTls = StartTls,
                Protocol = Protocol,
                Timeout = TimeSpan.FromSeconds(TimeoutSec),
            },
            Ca = Ca?.Resolve(this, CaPassword),
            Probes = Probe,
            TlsVersion = TlsVersion.Combine(),
        });
        foreach (var probe in Probe)
        {
            if (options.MissingFor(probe) is { } missing)
                ThrowTerminatingError(Errors.ProbeNotAvailable(probe, missing));
        }

        if (options is { Issues: true, Ca: { } authority })
            this.Require(Ca, () => Unlock(authority));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var target in Target)
        {
            this.Attempt(target, () =>
            {
                var resolved = target.Resolve(options!.Connection.DefaultPort);
                if ((options.Issues && !ShouldProcess(options.Ca!.Path, $"Issue certificates for the test of {resolved}, and revoke them afterwards") ? options.WithoutIssuing() : options) is { } allowed)
                    Enqueue(new Job(target, resolved, allowed));
            });
        }
    }

    /// <inheritdoc/>
    protected override Task<EnforcementReport> WorkAsync(Job input, CancellationToken cancellation) => EnforcementBattery.RunAsync(input.Resolved, input.Options, null, cancellation);

    /// <inheritdoc/>
    protected override void Write(Job input, EnforcementReport output)
    {
        foreach (var result in output.Results)
            WriteVerbose($"{result}. {result.Evidence}");
        WriteObject(Quiet ? output.Success : output);
    }

    /// <summary>Before the first connection: a CA that can not issue has to be known at once.</summary>
    private CertificateAuthority Unlock(CertificateAuthority authority)
    {
        authority.Unlock(CaPassword);
        return authority;
    }

    /// <summary>One server to try.</summary>
    /// <param name="Target">As it was given.</param>
    /// <param name="Resolved">Where that is.</param>
    /// <param name="Options">What may be tried on it.</param>
    public sealed record Job(TargetArgument Target, ConnectionTarget Resolved, EnforcementOptions Options)
    {
        /// <summary>The target.</summary>
        public override string ToString() => Target.ToString();
    }
}

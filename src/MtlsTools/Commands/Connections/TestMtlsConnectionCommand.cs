using System.Management.Automation;
using System.Security;
using MtlsTools.Connections;

namespace MtlsTools.Commands;

/// <summary>Test-MtlsConnection: whether both sides really authenticate each other.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtlsConnection")]
[OutputType(typeof(ConnectionReport), typeof(bool))]
public sealed class TestMtlsConnectionCommand : AsyncCmdlet
{
    private ConnectionOptions? options;

    /// <summary>Where to: a URI, host:port, or a server of Start-MtlsServer.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Uri")]
    public TargetArgument[] Target { get; set; } = [];

    /// <summary>The client's certificate.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>The client's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens a PFX or an encrypted key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The CAs that may vouch for the server.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[]? TrustedCa { get; set; }

    /// <summary>Looks at the server's certificate without judging it.</summary>
    [Parameter]
    public SwitchParameter SkipServerCheck { get; set; }

    /// <summary>The name that the server's certificate must cover.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>How long each stage may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <summary>A refusal of this client is the success.</summary>
    [Parameter]
    public SwitchParameter ExpectRejection { get; set; }

    /// <summary>Also proves that a client without a certificate is refused.</summary>
    [Parameter]
    public SwitchParameter CheckEnforcement { get; set; }

    /// <summary>Gives true or false alone.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => options = this.Require(Certificate, () => new ConnectionOptions
    {
        Certificate = Certificate?.ResolveIdentity(this, Key, Password),
        TrustedCas = CertificateArgument.ResolveAll(this, TrustedCa),
        SkipServerCheck = SkipServerCheck,
        ServerName = ServerName,
        Timeout = TimeSpan.FromSeconds(TimeoutSec),
        ExpectRejection = ExpectRejection,
        CheckEnforcement = CheckEnforcement,
    });

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var target in Target)
        {
            this.Attempt(target, () =>
            {
                var report = Await(token => ConnectionTester.TestAsync(target.Resolve(), options!, token));
                WriteObject(Quiet ? report.Success : report);
            });
        }
    }
}

using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Connections;
using MtlsTools.Revocation;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>Test-MtlsConnection: whether both sides really authenticate each other.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtlsConnection")]
[OutputType(typeof(ConnectionReport), typeof(bool))]
public sealed class TestMtlsConnectionCommand : ThrottledCmdlet<TargetArgument, ConnectionReport>
{
    private ConnectionTester? tester;
    private int defaultPort;

    /// <summary>Where to: a URI, host:port, or a server of Start-MtlsServer.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Uri")]
    public TargetArgument[] Target { get; set; } = [];

    /// <summary>The client's certificate.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(StoredIdentityCompleter))]
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

    /// <summary>The system's own trust counts beside -TrustedCa.</summary>
    [Parameter]
    public SwitchParameter UseSystemTrust { get; set; }

    /// <summary>Looks at the server's certificate without judging it.</summary>
    [Parameter]
    public SwitchParameter SkipServerCheck { get; set; }

    /// <summary>Revocation lists that cover the server's chain.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Crl { get; set; }

    /// <summary>Whether what the server's certificates name is asked.</summary>
    [Parameter]
    public X509RevocationMode RevocationMode { get; set; } = X509RevocationMode.NoCheck;

    /// <summary>Which certificates the lists must cover.</summary>
    [Parameter]
    public CrlScope CrlCheck { get; set; }

    /// <summary>The name that the server's certificate must cover.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>The TLS versions that are offered.</summary>
    [Parameter]
    [ValidateSet(nameof(SslProtocols.Tls12), nameof(SslProtocols.Tls13))]
    public SslProtocols[] TlsVersion { get; set; } = [];

    /// <summary>How the server goes over to TLS.</summary>
    [Parameter]
    public StartTlsProtocol? StartTls { get; set; }

    /// <summary>What is said inside TLS.</summary>
    [Parameter]
    public ApplicationProtocol? Protocol { get; set; }

    /// <summary>The HTTP method.</summary>
    [Parameter]
    [ValidateSet("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")]
    public string Method { get; set; } = "GET";

    /// <summary>The request's path and query.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RequestPath { get; set; }

    /// <summary>Request headers.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Header { get; set; } = new Hashtable();

    /// <summary>The statuses that are success.</summary>
    [Parameter]
    [ValidateRange(100, 599)]
    public int[] ExpectStatus { get; set; } = [];

    /// <summary>The HTTP proxy to go through.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Proxy { get; set; }

    /// <summary>Whom the proxy lets through.</summary>
    [Parameter]
    [Credential]
    [ValidateNotNull]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>How long each stage may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <summary>How often it is tried again.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int Retry { get; set; }

    /// <summary>A refusal of this client is the success.</summary>
    [Parameter]
    public SwitchParameter ExpectRejection { get; set; }

    /// <summary>A refusal for one of these reasons is the success.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RejectionReasonCompleter))]
    public string[] RejectionReason { get; set; } = [];

    /// <summary>Also proves that a client without a certificate is refused.</summary>
    [Parameter]
    public SwitchParameter CheckEnforcement { get; set; }

    /// <summary>Gives true or false alone.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Testing connections";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (!(Protocol == ApplicationProtocol.Http || (Protocol is null && StartTls is null)))
            Refuse("where no HTTP is spoken", "leave out -Protocol and -StartTls", nameof(Method), nameof(RequestPath), nameof(Header), nameof(ExpectStatus));
        if (Proxy is null)
            Refuse("without a proxy", "give -Proxy", nameof(ProxyCredential));
        var options = this.Require(Certificate, ToOptions);
        defaultPort = options.DefaultPort;
        tester = this.Require(Certificate, () => ConnectionTester.Create(options));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var target in Target)
            Enqueue(target);
    }

    /// <inheritdoc/>
    protected override Task<ConnectionReport> WorkAsync(TargetArgument input, CancellationToken cancellation) => tester!.TestAsync(input.Resolve(defaultPort), cancellation);

    /// <inheritdoc/>
    protected override void Write(TargetArgument input, ConnectionReport output) => WriteObject(Quiet ? output.Success : output);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            tester?.Dispose();
    }

    /// <summary>A parameter that is ignored looks as if it had worked.</summary>
    private void Refuse(string where, string instead, params string[] parameters)
    {
        foreach (var parameter in parameters.Where(MyInvocation.BoundParameters.ContainsKey))
            ThrowTerminatingError(Errors.ParameterNotUsed(parameter, where, instead));
    }

    private ConnectionOptions ToOptions() => new()
    {
        Certificate = Certificate?.ResolveIdentity(this, Key, Password),
        TrustedCas = CertificateArgument.ResolveAll(this, TrustedCa),
        UseSystemTrust = UseSystemTrust,
        SkipServerCheck = SkipServerCheck,
        Crls = Crl?.SelectMany(file => CertificateRevocationList.ReadFile(this.FilePath(file))).ToList(),
        RevocationMode = RevocationMode,
        CrlScope = CrlCheck,
        ServerName = ServerName,
        TlsVersion = TlsVersion.Combine(),
        StartTls = StartTls,
        Protocol = Protocol,
        Http = new HttpProbe { Method = Method, Path = RequestPath, Headers = CmdletExtensions.ToPairs(Header), ExpectedStatus = ExpectStatus },
        Proxy = Proxy is null ? null : ProxyOptions.Create(Proxy, ProxyCredential?.GetNetworkCredential()),
        Timeout = TimeSpan.FromSeconds(TimeoutSec),
        Retries = Retry,
        ExpectRejection = ExpectRejection,
        RejectionReasons = RejectionReason.Select(Connections.RejectionReason.Parse).ToList(),
        CheckEnforcement = CheckEnforcement,
    };
}

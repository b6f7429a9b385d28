using System.Management.Automation;
using System.Security;
using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Connections.Trace;
using MtlsTools.Encoding;

namespace MtlsTools.Commands;

/// <summary>How a trace is shown.</summary>
public enum TraceForm
{
    /// <summary>One object for each message.</summary>
    Table,

    /// <summary>A picture of two columns, as text.</summary>
    Sequence,

    /// <summary>A sequence diagram of Mermaid, as text.</summary>
    Mermaid,
}

/// <summary>Trace-MtlsHandshake: what both sides of a connection say, message by message.</summary>
[Cmdlet(VerbsDiagnostic.Trace, "MtlsHandshake", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(TracedMessage), typeof(string))]
public sealed class TraceMtlsHandshakeCommand : AsyncCmdlet
{
    private readonly List<string> secrets = [];
    private HandshakeTracer? tracer;
    private int defaultPort;
    private PendingFile? keyLog;

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

    /// <summary>Does not judge the server's certificate.</summary>
    [Parameter]
    public SwitchParameter SkipServerCheck { get; set; }

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

    /// <summary>The HTTP proxy to go through.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Proxy { get; set; }

    /// <summary>Whom the proxy lets through.</summary>
    [Parameter]
    [Credential]
    [ValidateNotNull]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>How the trace is shown.</summary>
    [Parameter]
    public TraceForm As { get; set; }

    /// <summary>Where the secrets of the sessions go, for Wireshark.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyLogPath { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long each stage may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var options = this.Require(Certificate, ToOptions);
        defaultPort = options.DefaultPort;
        tracer = this.Require(Certificate, () => HandshakeTracer.Create(options));
        if (KeyLogPath is not null)
            keyLog = this.Require(KeyLogPath, OpenKeyLog);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var target in Target)
        {
            this.Attempt(target, () =>
            {
                var trace = Await(token => tracer!.TraceAsync(target.Resolve(defaultPort), token));
                if (keyLog is not null)
                    secrets.AddRange(trace.KeyLog);
                if (trace.NotOpened is { } why)
                    WriteVerbose(why);
                WriteObject(As switch { TraceForm.Sequence => trace.ToSequence(), TraceForm.Mermaid => trace.ToMermaid(), _ => trace.Messages }, enumerateCollection: true);
            });
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (keyLog is null)
            return;
        keyLog.Write(System.Text.Encoding.ASCII.GetBytes(string.Concat(secrets.Select(line => line + "\n"))));
        keyLog.Commit();
        WriteWarning($"'{keyLog.Path}' holds the secrets of these connections: whoever has it and their packets reads what was said in them. Delete it when it has served.");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        keyLog?.Dispose();
        tracer?.Dispose();
    }

    private ConnectionOptions ToOptions() => new()
    {
        Certificate = Certificate?.ResolveIdentity(this, Key, Password),
        TrustedCas = CertificateArgument.ResolveAll(this, TrustedCa),
        UseSystemTrust = UseSystemTrust,
        SkipServerCheck = SkipServerCheck,
        ServerName = ServerName,
        TlsVersion = TlsVersion.Combine(),
        StartTls = StartTls,
        Protocol = Protocol,
        Proxy = Proxy is null ? null : ProxyOptions.Create(Proxy, ProxyCredential?.GetNetworkCredential()),
        Timeout = TimeSpan.FromSeconds(TimeoutSec),
    };

    private PendingFile? OpenKeyLog()
    {
        var path = this.FilePath(KeyLogPath!);
        HandshakeTracer.RequireKeyLog();
        return ShouldProcess(path, "Write the secrets of the sessions") ? PendingFile.Create(path, FileAudience.OwnerOnly, Force) : null;
    }
}

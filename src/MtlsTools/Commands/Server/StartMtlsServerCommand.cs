using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Authentication;
using MtlsTools.Revocation;
using MtlsTools.Server;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>Start-MtlsServer: starts a local server that verifies its clients.</summary>
[Cmdlet(VerbsLifecycle.Start, "MtlsServer", SupportsShouldProcess = true, DefaultParameterSetName = DescribeSet)]
[OutputType(typeof(MtlsServer))]
public sealed class StartMtlsServerCommand : PSCmdlet
{
    private const string DescribeSet = "DescribeClient";
    private const string TextSet = "Text";
    private const string FolderSet = "Folder";
    private const string ResponseSet = "Response";

    /// <summary>The server's certificate.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>The server's key.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens a PFX or an encrypted key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The CAs whose clients are accepted.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[]? ClientCa { get; set; }

    /// <summary>What is wanted of clients.</summary>
    [Parameter]
    public ClientAuthMode ClientAuth { get; set; } = ClientAuthMode.Required;

    /// <summary>Revocation lists, as files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Crl { get; set; }

    /// <summary>Which certificates the revocation lists must cover.</summary>
    [Parameter]
    public CrlScope CrlCheck { get; set; }

    /// <summary>Patterns of which the client's subject has to match one.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] RequiredSubject { get; set; } = [];

    /// <summary>Patterns of which an alternative name of the client has to match one.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] RequiredSan { get; set; } = [];

    /// <summary>The HTTP status for clients that are not let in.</summary>
    [Parameter]
    [ValidateSet("401", "403")]
    public int? StatusOnReject { get; set; }

    /// <summary>The CAs that are named to clients.</summary>
    [Parameter]
    [AllowEmptyCollection]
    [ValidateNotNull]
    public CertificateArgument[]? AcceptableIssuers { get; set; }

    /// <summary>Lets every certificate in, to see what clients present.</summary>
    [Parameter]
    public SwitchParameter AllowUntrusted { get; set; }

    /// <summary>The TLS versions.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateSet(nameof(SslProtocols.Tls12), nameof(SslProtocols.Tls13))]
    public SslProtocols[] TlsVersion { get; set; } = [SslProtocols.Tls12, SslProtocols.Tls13];

    /// <summary>How the server misbehaves, to test clients.</summary>
    [Parameter]
    [Alias("Script")]
    public ServerScenario Scenario { get; set; }

    /// <summary>After how many clients the server ends.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxRequests { get; set; }

    /// <summary>The address to listen on.</summary>
    [Parameter]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int Port { get; set; }

    /// <summary>Answers this text.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string Text { get; set; } = "";

    /// <summary>Answers with the files of this folder.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FolderSet)]
    [ValidateNotNullOrEmpty]
    public string Folder { get; set; } = "";

    /// <summary>Answers with what a script gives, a file, a text, or an echo.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ResponseSet)]
    [ValidateNotNull]
    public ResponseArgument? Response { get; set; }

    /// <summary>How long handshake and request may take each.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Certificate, () =>
    {
        var options = new MtlsServerOptions
        {
            Certificate = Certificate!.ResolveIdentity(this, Key, Password),
            ClientCas = CertificateArgument.ResolveAll(this, ClientCa) ?? [],
            ClientAuth = ClientAuth,
            Crls = Crl?.SelectMany(file => CertificateRevocationList.ReadFile(this.FilePath(file))).ToList(),
            CrlScope = CrlCheck,
            RequiredSubjects = RequiredSubject,
            RequiredSans = RequiredSan,
            StatusOnReject = StatusOnReject,
            AcceptableIssuers = CertificateArgument.ResolveAll(this, AcceptableIssuers),
            AllowUntrusted = AllowUntrusted,
            TlsVersion = TlsVersion.Combine(),
            Scenario = Scenario,
            MaximumRequests = MaxRequests,
            Address = Address,
            Port = Port,
            Content = Content(),
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
        };
        if (!ShouldProcess($"{Address}:{(Port == 0 ? "a free port" : Port)}", $"Start a server as '{options.Certificate.Name}', client authentication {ClientAuth}"))
            return;
        if (AllowUntrusted)
            WriteWarning("This server lets in every client certificate, whoever issued it. Use it to see what clients present, never to protect anything.");
        WriteObject(ServerRegistry.Servers.Add(MtlsServer.Start(options)));
    });

    private ServerContent Content() => ParameterSetName switch
    {
        TextSet => ServerContent.FromText(Text),
        FolderSet => ServerContent.FromFolder(this.FilePath(Folder)),
        ResponseSet => Response!.Resolve(),
        _ => ServerContent.DescribeClient(),
    };
}

using System.Management.Automation;
using System.Net;
using System.Security;
using MtlsTools.Server;

namespace MtlsTools.Commands;

/// <summary>Start-MtlsServer: starts a local server that verifies its clients.</summary>
[Cmdlet(VerbsLifecycle.Start, "MtlsServer", SupportsShouldProcess = true, DefaultParameterSetName = DescribeSet)]
[OutputType(typeof(MtlsServer))]
public sealed class StartMtlsServerCommand : PSCmdlet
{
    private const string DescribeSet = "DescribeClient";
    private const string TextSet = "Text";
    private const string FolderSet = "Folder";

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
            Address = Address,
            Port = Port,
            Content = ParameterSetName switch
            {
                TextSet => ServerContent.FromText(Text),
                FolderSet => ServerContent.FromFolder(this.FilePath(Folder)),
                _ => ServerContent.DescribeClient(),
            },
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
        };
        if (ShouldProcess($"{Address}:{(Port == 0 ? "a free port" : Port)}", $"Start a server as '{options.Certificate.Name}', client authentication {ClientAuth}"))
            WriteObject(ServerRegistry.Start(options));
    });
}

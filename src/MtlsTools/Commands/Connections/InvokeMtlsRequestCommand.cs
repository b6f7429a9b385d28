using System.Collections;
using System.Management.Automation;
using System.Security;
using MtlsTools.Connections;

namespace MtlsTools.Commands;

/// <summary>Invoke-MtlsRequest: an HTTP request with a client certificate.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "MtlsRequest", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(MtlsResponse), typeof(FileInfo))]
public sealed class InvokeMtlsRequestCommand : AsyncCmdlet
{
    /// <summary>Where to: a URI, or a server of Start-MtlsServer.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public TargetArgument? Uri { get; set; }

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

    /// <summary>Does not judge the server's certificate.</summary>
    [Parameter]
    public SwitchParameter SkipServerCheck { get; set; }

    /// <summary>The name that the server's certificate must cover.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>The HTTP method.</summary>
    [Parameter]
    [ValidateSet("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")]
    public string Method { get; set; } = "GET";

    /// <summary>Request headers.</summary>
    [Parameter]
    public IDictionary? Headers { get; set; }

    /// <summary>The request's body.</summary>
    [Parameter]
    public string? Body { get; set; }

    /// <summary>The body's media type.</summary>
    [Parameter]
    public string ContentType { get; set; } = "application/json";

    /// <summary>Where the answer's body goes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long the request may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>Gives answers with error statuses as well.</summary>
    [Parameter]
    public SwitchParameter SkipHttpErrorCheck { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Uri, () =>
    {
        var target = Uri!.Resolve();
        var options = new ConnectionOptions
        {
            Certificate = Certificate?.ResolveIdentity(this, Key, Password),
            TrustedCas = CertificateArgument.ResolveAll(this, TrustedCa),
            SkipServerCheck = SkipServerCheck,
            ServerName = ServerName,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
        };
        using var files = new OutputFiles(this, OutFile, null, newKey: false, Force);
        if (!ShouldProcess(target.Uri.ToString(), Method))
            return;
        files.Reserve();
        using var request = MtlsRequest.Create(target.Uri, Method, CmdletExtensions.ToPairs(Headers), Body, ContentType);
        var response = Await(token => MtlsRequest.SendAsync(target, options, request, token));
        if (!response.IsSuccess && !SkipHttpErrorCheck)
            WriteError(Errors.HttpStatus(target.Uri, response.StatusCode, response.StatusDescription));
        else
            Write(response, files);
    });

    private void Write(MtlsResponse response, OutputFiles files)
    {
        files.Commit(file => file.Write(response.RawContent), null, null);
        if (files.MainPath is { } path)
            this.WriteFile(path);
        else
            WriteObject(response);
    }
}

using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Encoding;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsRevocation: is this certificate revoked?</summary>
[Cmdlet(VerbsCommon.Get, "MtlsRevocation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, DefaultParameterSetName = CertificateSet)]
[OutputType(typeof(RevocationStatus), typeof(bool))]
public sealed class GetMtlsRevocationCommand : ThrottledCmdlet<object, IReadOnlyList<RevocationStatus>>
{
    private const string CertificateSet = "Certificate";
    private const string TargetSet = "Target";

    private RevocationOptions options = new();
    private ConnectionOptions connection = new();
    private string? outFile;

    /// <summary>The certificates.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CertificateSet)]
    [Alias("Path")]
    public CertificateArgument[] Certificate { get; set; } = [];

    /// <summary>Servers, whose certificates are asked about.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TargetSet)]
    public TargetArgument[] Target { get; set; } = [];

    /// <summary>The client's certificate for servers that want one.</summary>
    [Parameter(ParameterSetName = TargetSet)]
    [ValidateNotNull]
    public CertificateArgument? ClientCertificate { get; set; }

    /// <summary>The name that is sent to the server, when it is not the target's host.</summary>
    [Parameter(ParameterSetName = TargetSet)]
    [ValidateNotNullOrEmpty]
    public string? ServerName { get; set; }

    /// <summary>CAs that may have issued the certificates.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[] Issuer { get; set; } = [];

    /// <summary>OCSP, revocation lists, or one after the other.</summary>
    [Parameter]
    public RevocationMethod Method { get; set; }

    /// <summary>Responders, instead of those that the certificates name.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri[] OcspUrl { get; set; } = [];

    /// <summary>Revocation lists: files, folders or URLs, instead of those that the certificates name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Crl { get; set; } = [];

    /// <summary>An OCSP response in a file.</summary>
    [Parameter(ParameterSetName = CertificateSet)]
    [ValidateNotNullOrEmpty]
    public string? Response { get; set; }

    /// <summary>Opens a PFX.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Asks about the CAs in between too.</summary>
    [Parameter]
    public SwitchParameter IncludeChain { get; set; }

    /// <summary>The hash by which requests name the issuer.</summary>
    [Parameter]
    [ValidateSet("SHA1", "SHA256", "SHA384", "SHA512")]
    public string HashAlgorithm { get; set; } = "SHA1";

    /// <summary>Sends no nonce, so that prepared and cached answers will do.</summary>
    [Parameter]
    public SwitchParameter NoNonce { get; set; }

    /// <summary>Refuses answers without the nonce.</summary>
    [Parameter]
    public SwitchParameter RequireNonce { get; set; }

    /// <summary>How far clocks may differ.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument ClockSkew { get; set; } = new(TimeSpan.FromMinutes(5));

    /// <summary>How old an answer may be.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? MaximumAge { get; set; }

    /// <summary>The time that the answer is for.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>Where the OCSP response goes, for a server that staples it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long each server may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <summary>Gives true or false alone: true when everything is proven good.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Asking about revocation";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (NoNonce && RequireNonce)
            ThrowTerminatingError(Errors.ParameterNotUsed(nameof(RequireNonce), "where no nonce is sent", "leave out -NoNonce"));
        (options, connection, outFile) = this.Require(Crl, Read);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var one in Certificate)
            this.Attempt(one, () => Enqueue(Resolve(one)));
        foreach (var target in Target)
            this.Attempt(target, () => Enqueue(target.Resolve()));
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<RevocationStatus>> WorkAsync(object input, CancellationToken cancellation)
    {
        var status = input is ConnectionTarget target
            ? await ServerInquiry.AskAsync(target, connection, options, null, cancellation).ConfigureAwait(false)
            : await RevocationInquiry.AskAsync((MtlsCertificate)input, options, null, cancellation).ConfigureAwait(false);
        return IncludeChain ? await RevocationInquiry.AskAboveAsync(status, options, null, cancellation).ConfigureAwait(false) : [status];
    }

    /// <inheritdoc/>
    protected override void Write(object input, IReadOnlyList<RevocationStatus> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (outFile is not null && output[0].Status == RevocationState.Good && !output[0].Response.IsEmpty && ShouldProcess(outFile, "Write the OCSP response"))
            AtomicFile.Write(outFile, output[0].Response.Span, FileAudience.Everyone, Force);
        if (Quiet)
            WriteObject(output.All(one => one.Status == RevocationState.Good));
        else
            WriteObject(output, enumerateCollection: true);
    }

    /// <summary>The certificate with all that its file holds, and the issuers that are given.</summary>
    private MtlsCertificate Resolve(CertificateArgument argument)
    {
        var listed = argument.ResolveAll(this, Password);
        return listed[0].WithChain([.. listed[0].Chain, .. listed.Skip(1)]);
    }

    private (RevocationOptions Options, ConnectionOptions Connection, string? OutFile) Read()
    {
        var path = OutFile is null ? null : this.FilePath(OutFile);
        if (path is not null && !Force)
            AtomicFile.RefuseExisting(path);
        var urls = Crl.Where(IsUrl).Select(text => new Uri(text)).ToList();
        var read = new RevocationOptions
        {
            Method = Method,
            Issuers = CertificateArgument.ResolveAll(this, Issuer)!,
            OcspUrls = OcspUrl,
            Crls = Crl.Where(text => !IsUrl(text)).SelectMany(text => RevocationOptions.ReadLists(this.FilePath(text))).ToList(),
            CrlUrls = urls,
            ResponseFile = Response is null ? null : this.FilePath(Response),
            Hash = new HashAlgorithmName(HashAlgorithm),
            UseNonce = !NoNonce,
            RequireNonce = RequireNonce,
            ClockSkew = ClockSkew.Value,
            MaximumAge = MaximumAge?.Value,
            AsOf = AsOf,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
        };
        var client = ClientCertificate?.ResolveIdentity(this, null, Password);
        return (read, new ConnectionOptions { Certificate = client, ServerName = ServerName, Timeout = read.Timeout }, path);
    }

    private static bool IsUrl(string text) => text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}

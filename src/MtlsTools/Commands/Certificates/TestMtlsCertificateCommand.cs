using System.Management.Automation;
using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Revocation;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>Test-MtlsCertificate: judges certificates before they are used.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MtlsCertificate", DefaultParameterSetName = PathSet)]
[OutputType(typeof(CertificateReport), typeof(ChainLink), typeof(bool))]
public sealed class TestMtlsCertificateCommand : PathCmdlet
{
    private const string CertificateSet = "Certificate";

    private CertificateVerifier? verifier;

    /// <summary>The certificate, or that of a store item, a CA or a server.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CertificateSet)]
    public MtlsCertificate? Certificate { get; set; }

    /// <summary>The CAs that are trusted, and no others.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[]? TrustedCa { get; set; }

    /// <summary>Certificates that may stand in between.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[]? Intermediate { get; set; }

    /// <summary>What it is to be used for.</summary>
    [Parameter]
    public CertificatePurpose Purpose { get; set; }

    /// <summary>The host name that it must cover.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HostName { get; set; }

    /// <summary>The day the verdict is for.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>How much longer everything in the chain must be valid.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? MinimumRemaining { get; set; }

    /// <summary>Revocation lists, as files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Crl { get; set; }

    /// <summary>Which certificates the revocation lists must cover.</summary>
    [Parameter]
    public CrlScope CrlCheck { get; set; }

    /// <summary>The key that must belong to it.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens a PFX or an encrypted key.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Shows the chain, one object for each certificate.</summary>
    [Parameter]
    public SwitchParameter ShowChain { get; set; }

    /// <summary>Gives true or false alone.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => verifier = this.Require(TrustedCa, () => CertificateVerifier.Create(new VerificationOptions
    {
        TrustedCas = CertificateArgument.ResolveAll(this, TrustedCa),
        Intermediates = CertificateArgument.ResolveAll(this, Intermediate) ?? [],
        Purpose = Purpose,
        HostName = HostName,
        AsOf = AsOf,
        MinimumRemaining = MinimumRemaining?.Value,
        Crls = Crl?.SelectMany(file => CertificateRevocationList.ReadFile(this.FilePath(file))).ToList(),
        CrlScope = CrlCheck,
    }));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Certificate is not null)
            this.Attempt(Certificate, () => Write(verifier!.Verify(Certificate, PublicKey())));
        else
            ForEachPath(file => Write(verifier!.VerifyFile(file, Password, PublicKey())));
    }

    private PublicKeyInfo? PublicKey() => Key?.Resolve(this, Password).PublicKey;

    private void Write(CertificateReport report)
    {
        if (Quiet)
            WriteObject(report.Success);
        else if (ShowChain)
            WriteObject(report.Chain, enumerateCollection: true);
        else
            WriteObject(report);
    }
}

using System.Management.Automation;
using MtlsTools.Authority;

namespace MtlsTools.Commands;

/// <summary>Deny-MtlsCsr: records that a request is not approved, and why.</summary>
[Cmdlet(VerbsLifecycle.Deny, "MtlsCsr", SupportsShouldProcess = true)]
[OutputType(typeof(DeniedRequest))]
public sealed class DenyMtlsCsrCommand : PSCmdlet
{
    private CertificateAuthority? authority;

    /// <summary>The CA that refuses.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public CaArgument? Ca { get; set; }

    /// <summary>The requests.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Alias("Path", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public CsrArgument[] Csr { get; set; } = [];

    /// <summary>Why.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    [ValidatePattern("\\S")]
    public string Reason { get; set; } = "";

    /// <inheritdoc/>
    protected override void BeginProcessing() => authority = this.Require(Ca, () => Ca!.Resolve(this, null));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var csr in Csr)
        {
            this.Attempt(csr, () =>
            {
                var request = csr.Resolve(this);
                if (ShouldProcess(authority!.Path, $"Deny the request of '{request}': {Reason}"))
                    WriteObject(authority.Deny(request, Reason));
            });
        }
    }
}

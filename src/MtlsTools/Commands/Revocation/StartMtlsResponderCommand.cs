using System.Management.Automation;
using System.Net;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>Start-MtlsResponder: answers OCSP requests from CA folders, and hands out their lists and certificates.</summary>
[Cmdlet(VerbsLifecycle.Start, "MtlsResponder", SupportsShouldProcess = true)]
[OutputType(typeof(MtlsResponder))]
public sealed class StartMtlsResponderCommand : PSCmdlet
{
    private readonly List<CertificateAuthority> authorities = [];
    private bool hasFailed;

    /// <summary>The CAs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public CaArgument[] Ca { get; set; } = [];

    /// <summary>Opens the CAs' keys.</summary>
    [Parameter]
    [Alias("CaPassword")]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>The CAs' own keys sign.</summary>
    [Parameter]
    public SwitchParameter SignWithCa { get; set; }

    /// <summary>How long an answer may be used.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument ValidFor { get; set; } = new(TimeSpan.FromHours(1));

    /// <summary>The address to listen on.</summary>
    [Parameter]
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int Port { get; set; }

    /// <summary>How long a client may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (ValidFor.Value < TimeSpan.FromMinutes(1))
            ThrowTerminatingError(Errors.ValidForTooShort(ValidFor));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var one in Ca)
        {
            var before = authorities.Count;
            this.Attempt(one, () =>
            {
                var authority = one.Resolve(this, Password);
                authority.Unlock(Password);
                authorities.Add(authority);
            });
            hasFailed |= authorities.Count == before;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Half a responder would tell the clients of the other half that it knows nothing of them.
        if (hasFailed || authorities.Count == 0)
            return;
        var names = string.Join(", ", authorities.Select(one => one.Name));
        if (!ShouldProcess($"{Address}:{(Port == 0 ? "a free port" : Port)}", $"Start an OCSP responder for {names}{(SignWithCa ? "" : ", with a signing certificate from each")}"))
            return;
        this.Attempt(names, () => WriteObject(ResponderRegistry.Responders.Add(MtlsResponder.Start(new ResponderOptions
        {
            Authorities = authorities,
            SignWithCa = SignWithCa,
            ValidFor = ValidFor.Value,
            Address = Address,
            Port = Port,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
        }))));
    }
}

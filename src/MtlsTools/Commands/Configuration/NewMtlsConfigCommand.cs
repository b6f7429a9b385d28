using System.Management.Automation;
using System.Net;
using System.Security;
using MtlsTools.Configuration;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>New-MtlsConfig: configuration for servers, clients and meshes, with the user's own files.</summary>
[Cmdlet(VerbsCommon.New, "MtlsConfig", SupportsShouldProcess = true)]
[OutputType(typeof(MtlsConfig))]
public sealed class NewMtlsConfigCommand : AsyncCmdlet
{
    /// <summary>The program.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public ConfigTarget Target { get; set; }

    /// <summary>The own certificate: the server's for a server, the client's for a client.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    public CertificateArgument? Certificate { get; set; }

    /// <summary>Its private key.</summary>
    [Parameter]
    [ValidateNotNull]
    public KeyArgument? Key { get; set; }

    /// <summary>Opens the key, or the PFX of the certificate.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? KeyPassword { get; set; }

    /// <summary>The CAs that the other side's certificate may come from.</summary>
    [Parameter]
    [ValidateNotNull]
    public CertificateArgument[]? Ca { get; set; }

    /// <summary>Revocation lists of these CAs, as files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Crl { get; set; }

    /// <summary>A lab, or a running server, that everything which is not given is taken from.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public ConfigSourceArgument? InputObject { get; set; }

    /// <summary>Whom a server lets in.</summary>
    [Parameter]
    public ConfigMode Mode { get; set; }

    /// <summary>The names that clients call the server by.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>The server's port.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>The kind of system that it is for.</summary>
    [Parameter]
    public ConfigPlatform? Platform { get; set; }

    /// <summary>The address that it listens on.</summary>
    [Parameter]
    [ValidateNotNull]
    public IPAddress? Address { get; set; }

    /// <summary>What a proxy passes requests on to.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Backend { get; set; }

    /// <summary>Tells the backend who the client is.</summary>
    [Parameter]
    public SwitchParameter ForwardHeaders { get; set; }

    /// <summary>The namespace of Kubernetes objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>The folder that everything is written into.</summary>
    [Parameter]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string? OutDirectory { get; set; }

    /// <summary>Where that folder will be on the machine that it is made for.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InstallPath { get; set; }

    /// <summary>Protects PKCS#12 files.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Has the program check it.</summary>
    [Parameter]
    public SwitchParameter Test { get; set; }

    /// <summary>Runs the program with it, for labs.</summary>
    [Parameter]
    public SwitchParameter Start { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Target, () =>
    {
        var config = MtlsConfig.Create(Options());
        if (config.Folder is { } folder && ShouldProcess(folder, $"Write {string.Join(", ", config.Files.Where(file => file.IsMade).Select(file => file.Name))}"))
            config.Save(Force);
        else if (config.Folder is not null)
            return;
        if (Test && !Stoppable(config.Test).Success)
            WriteError(Errors.ConfigRejected(config));
        else if (Start && ShouldProcess(config.Target.ToString(), "Start the server"))
            ConfigProcesses.Processes.Add(Stoppable(config.Start));
        WriteObject(config);
    });

    private ConfigOptions Options()
    {
        var options = new ConfigOptions
        {
            Target = Target,
            Mode = Mode,
            Platform = Platform,
            Certificate = Certificate?.ResolveIdentity(this, Key, KeyPassword),
            TrustedCas = CertificateArgument.ResolveAll(this, Ca) ?? [],
            Crls = (Crl ?? []).SelectMany(file => CertificateRevocationList.ReadFile(this.FilePath(file))).ToList(),
            HostNames = HostName ?? [],
            Port = Port,
            Address = Address,
            Backend = Backend,
            ForwardHeaders = ForwardHeaders,
            Namespace = Namespace,
            Directory = OutDirectory is null ? null : this.FilePath(OutDirectory),
            InstallPath = InstallPath,
            Password = Password,
        };
        return InputObject?.Complete(options) ?? options;
    }
}

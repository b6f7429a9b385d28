using System.Management.Automation;
using System.Security;
using MtlsTools.Authority;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>Publish-MtlsCrl: signs the revocation lists of CAs, and puts those of a whole chain into one file.</summary>
[Cmdlet(VerbsData.Publish, "MtlsCrl", SupportsShouldProcess = true)]
[OutputType(typeof(PublishedCrl))]
public sealed class PublishMtlsCrlCommand : AsyncCmdlet
{
    private readonly CrlBundle bundle = new();
    private readonly List<PublishedCrl> published = [];
    private bool hasFailed;

    /// <summary>The CAs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public CaArgument[] Ca { get; set; } = [];

    /// <summary>Opens their keys.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>Opens former keys when it is another one.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? FormerPassword { get; set; }

    /// <summary>How long a list is good for.</summary>
    [Parameter]
    public DurationArgument ValidFor { get; set; } = new(CrlOptions.DefaultValidity);

    /// <summary>How long before its end a list is replaced.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? Overlap { get; set; }

    /// <summary>Publishes only what says something new, or is due.</summary>
    [Parameter]
    public SwitchParameter IfNeeded { get; set; }

    /// <summary>A further file for the lists.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>How that file is encoded.</summary>
    [Parameter]
    public CrlFormat Format { get; set; }

    /// <summary>Lists of other CAs that go into the file as they are.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public CrlSourceArgument[] Combine { get; set; } = [];

    /// <summary>CAs whose lists are taken from files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public CertificateArgument[] Issuer { get; set; } = [];

    /// <summary>Replaces a file that holds something else.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (OutFile is null && (Combine.Length > 0 || MyInvocation.BoundParameters.ContainsKey(nameof(Format))))
            ThrowTerminatingError(Errors.ParameterNotUsed(Combine.Length > 0 ? nameof(Combine) : nameof(Format), "without -OutFile, which it is for", "give -OutFile"));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var ca in Ca)
        {
            var before = published.Count;
            this.Attempt(ca, () => Publish(ca.Resolve(this, Password)));
            hasFailed |= published.Count == before;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (OutFile is not null && published.Count > 0)
            this.Attempt(OutFile, SaveBundle);
        else
            WriteObject(published, enumerateCollection: true);
    }

    private void Publish(CertificateAuthority authority)
    {
        bundle.Trust([authority.Certificate]);
        if (!ShouldProcess(authority.CrlPath, $"Publish the revocation list of '{authority.Name}'"))
            return;
        var options = new CrlOptions { ValidFor = ValidFor.Value, Overlap = Overlap?.Value, IfNeeded = IfNeeded, Password = Password, FormerPassword = FormerPassword };
        var list = Stoppable(token => authority.PublishCrl(options, WriteWarning, token));
        published.Add(list);
        bundle.Add(list.Lists);
    }

    private void SaveBundle()
    {
        var path = this.FilePath(OutFile!);
        try
        {
            if (hasFailed)
                WriteWarning($"'{path}' is left as it is, because the list of one of the CAs could not be published: with a list missing, servers refuse everybody.");
            else
                Save(path);
        }
        catch (Exception failed) when (failed is MtlsException or PathException)
        {
            // What was published is told all the same.
            hasFailed = true;
            WriteObject(published, enumerateCollection: true);
            throw;
        }

        WriteObject(published.Select(one => hasFailed ? one : one with { OutFile = path }), enumerateCollection: true);
    }

    private void Save(string path)
    {
        bundle.Trust(CertificateArgument.ResolveAll(this, Issuer)!);
        foreach (var source in Combine)
        {
            var (authority, file) = source.Resolve(this);
            if (authority is not null)
                bundle.Add(authority);
            else
                bundle.AddFile(file!);
        }

        if (!ShouldProcess(path, $"Write {bundle.Lists.Count} revocation lists"))
            return;
        foreach (var further in bundle.Save(path, Format, Force).Skip(1))
            WriteWarning($"The list of a former key of the CA is in '{further}': programs that check certificates which that key signed need it as well.");
        foreach (var missing in Format == CrlFormat.Pem ? bundle.Missing : [])
            WriteWarning($"'{path}' has no list of '{missing.Subject}'. nginx, HAProxy and all that check the whole chain refuse everybody without it: name that CA, or a file with its list, with -Combine.");
    }
}

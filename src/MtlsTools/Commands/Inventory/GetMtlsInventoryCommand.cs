using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Connections;
using MtlsTools.Inventory;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsInventory: finds every certificate and revocation list in files, stores, CA folders and on live servers, and says how urgent each is.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsInventory", DefaultParameterSetName = PathSet)]
[OutputType(typeof(InventoryItem), typeof(bool))]
public sealed class GetMtlsInventoryCommand : AsyncCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly List<string> paths = [];
    private readonly List<ConnectionTarget> targets = [];
    private readonly Stopwatch sinceProgress = Stopwatch.StartNew();
    private bool showedProgress;

    /// <summary>Files and folders; wildcards are expanded.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = PathSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken as written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Looks into the folders of folders.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How many folders deep.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int Depth { get; set; }

    /// <summary>Names of files that are looked at.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Include { get; set; } = [];

    /// <summary>Names of files and folders that are passed over.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Exclude { get; set; } = [];

    /// <summary>Passwords that are tried on PFX files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public SecureString[] Password { get; set; } = [];

    /// <summary>Certificate stores.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public StoreTarget[] Store { get; set; } = [];

    /// <summary>Whose stores.</summary>
    [Parameter]
    public StoreLocation Location { get; set; } = StoreLocation.CurrentUser;

    /// <summary>Live servers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public TargetArgument[] Endpoint { get; set; } = [];

    /// <summary>How long each stage of a connection may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <summary>How many files and endpoints are worked on at a time.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int ThrottleLimit { get; set; } = 32;

    /// <summary>How long before it is due something is due soon.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? SoonWithin { get; set; }

    /// <summary>The day that the inventory is for.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>Gives one true or false: whether nothing needs attention.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        foreach (var endpoint in Endpoint)
            this.Attempt(endpoint.ToString(), () => targets.Add(endpoint.Resolve()));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in LiteralPath)
            this.Attempt(path, () => AddExisting(this.FilePath(path)));
        foreach (var path in Path)
            paths.AddRange(this.Expand(path));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Without anything to look at it is the current folder, as with Get-ChildItem.
        if (!MyInvocation.ExpectingInput && Path.Length + LiteralPath.Length + Store.Length + Endpoint.Length == 0)
            paths.Add(this.FilePath("."));
        var isCalm = Stoppable(Run);
        if (showedProgress)
            WriteProgress(new ProgressRecord(0, "Taking inventory", " ") { RecordType = ProgressRecordType.Completed });
        if (Quiet)
            WriteObject(isCalm);
    }

    private bool Run(CancellationToken token)
    {
        var options = new InventoryOptions
        {
            Paths = paths,
            Depth = MyInvocation.BoundParameters.ContainsKey(nameof(Depth)) ? Depth : Recurse ? int.MaxValue : 0,
            Include = Include,
            Exclude = Exclude,
            Passwords = Password,
            Stores = Store,
            StoreLocation = Location,
            Endpoints = targets,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            ThrottleLimit = ThrottleLimit,
            Soon = SoonWithin?.Value,
            AsOf = AsOf,
        };
        foreach (var item in CertificateInventory.Read(options, ShowProgress, cancellation: token))
        {
            if (!Quiet)
                WriteObject(item);
            else if (item.NeedsAttention)
                return false;
        }

        return true;
    }

    private void AddExisting(string path)
    {
        if (System.IO.Path.Exists(path))
            paths.Add(path);
        else
            WriteError(Errors.PathNotMatched(path));
    }

    private void ShowProgress(InventoryProgress progress)
    {
        if (sinceProgress.Elapsed < ProgressInterval)
            return;
        WriteProgress(new ProgressRecord(0, "Taking inventory", string.Create(CultureInfo.CurrentCulture, $"{progress.Step}: {progress.Done:N0}")));
        showedProgress = true;
        sinceProgress.Restart();
    }
}

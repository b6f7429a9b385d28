using System.Management.Automation;
using MtlsTools.Encoding;
using MtlsTools.Inventory;

namespace MtlsTools.Commands;

/// <summary>Export-MtlsReport: writes an inventory as a page, a table, test results, metrics or a calendar.</summary>
[Cmdlet(VerbsData.Export, "MtlsReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportMtlsReportCommand : PSCmdlet
{
    private readonly List<InventoryItem> items = [];
    private string path = "";
    private ReportFormat format;

    /// <summary>The items of Get-MtlsInventory.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public InventoryItem[] InputObject { get; set; } = [];

    /// <summary>Where it goes.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = "";

    /// <summary>The form.</summary>
    [Parameter(Position = 1)]
    public ReportFormat Format { get; set; }

    /// <summary>What the report is called.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Certificate inventory";

    /// <summary>Replaces an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        path = this.Require(OutFile, () => this.FilePath(OutFile));
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Format)))
            format = Format;
        else if (InventoryReport.FormatOf(path) is { } known)
            format = known;
        else
            ThrowTerminatingError(Errors.ReportFormatUnknown(OutFile));

        // An inventory may take long: a file that is in the way is told before.
        if (!Force)
            this.Require(OutFile, () => { AtomicFile.RefuseExisting(path); return path; });
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => items.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing() => this.Attempt(OutFile, () =>
    {
        if (!ShouldProcess(path, $"Write a report as {format}, items: {items.Count}"))
            return;
        InventoryReport.Save(path, InventoryReport.Write(items, format, Title), Force);
        this.WriteFile(path);
    });
}

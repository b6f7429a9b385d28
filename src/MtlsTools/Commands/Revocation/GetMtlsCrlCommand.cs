using System.Management.Automation;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Revocation;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsCrl: reads revocation lists, judges them, and looks certificates up in them.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsCrl", DefaultParameterSetName = PathSet)]
[OutputType(typeof(CrlReport), typeof(CrlLookup))]
public sealed class GetMtlsCrlCommand : PathCmdlet
{
    private const string UriSet = "Uri";
    private IReadOnlyList<MtlsCertificate>? issuers;
    private List<MtlsCertificate> certificates = [];

    /// <summary>Where lists are fetched from.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UriSet)]
    [ValidateNotNullOrEmpty]
    public Uri[] Uri { get; set; } = [];

    /// <summary>How long that may take.</summary>
    [Parameter(ParameterSetName = UriSet)]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>The CAs of which one must have signed each list.</summary>
    [Parameter]
    [Alias("Ca")]
    [ValidateNotNullOrEmpty]
    public CertificateArgument[]? Issuer { get; set; }

    /// <summary>Raises an error for a list that is good for less.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? MinimumRemaining { get; set; }

    /// <summary>The moment to judge by.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>Certificates to look up.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public CertificateArgument[] Certificate { get; set; } = [];

    /// <summary>Serial numbers to look up.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SerialNumber { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        issuers = this.Require(Issuer, () => CertificateArgument.ResolveAll(this, Issuer));
        certificates = this.Require(Certificate, () => Certificate.Select(one => one.Resolve(this)).ToList());
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ForEachPath(path =>
        {
            var file = Directory.Exists(path) ? PublishedBy(CertificateAuthority.Open(path)) : path;
            Write(CertificateRevocationList.ReadFile(file), null, file);
        });
        foreach (var uri in Uri)
            this.Attempt(uri, () => Write(Await(token => CrlDownload.GetAsync(uri, TimeSpan.FromSeconds(TimeoutSec), token)), uri.ToString(), uri));
    }

    private static string PublishedBy(CertificateAuthority authority) => File.Exists(authority.CrlPath)
        ? authority.CrlPath
        : throw new InputException(ErrorCode.FileNotFound, $"The CA '{authority.Name}' has published no revocation list: '{authority.CrlPath}' does not exist. Publish one with Publish-MtlsCrl.", authority.CrlPath);

    private void Write(IReadOnlyList<CertificateRevocationList> lists, string? source, object target)
    {
        foreach (var list in lists)
        {
            var report = CrlReport.Judge(list, issuers, AsOf ?? DateTimeOffset.UtcNow, MinimumRemaining?.Value ?? TimeSpan.Zero, source);
            if (certificates.Count + SerialNumber.Length == 0)
                WriteObject(report);
            else
                Lookup(report);

            // Who names a CA or a time that must remain wants to be told, also where nobody looks at the objects.
            if ((issuers is not null || MinimumRemaining is not null) && report.ToError() is { } error)
                WriteError(Errors.From(error, target));
        }
    }

    private void Lookup(CrlReport report)
    {
        if (!report.Success && issuers is null && MinimumRemaining is null)
            WriteWarning($"{report.ToError()!.Message} That a certificate is not in it means nothing.");
        foreach (var certificate in certificates)
            this.Attempt(certificate, () => WriteObject(CrlLookup.Of(report, certificate)));
        foreach (var serial in SerialNumber)
            this.Attempt(serial, () => WriteObject(CrlLookup.Of(report, serial)));
    }
}

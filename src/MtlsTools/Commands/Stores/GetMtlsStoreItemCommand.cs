using System.Management.Automation;
using MtlsTools.Certificates;
using MtlsTools.Stores;
using MtlsTools.Verification;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsStoreItem: finds certificates in a store.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsStoreItem")]
[OutputType(typeof(StoreItem))]
public sealed class GetMtlsStoreItemCommand : StoreCmdlet
{
    /// <summary>Names; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>One certificate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ThumbprintCompleter))]
    public string? Thumbprint { get; set; }

    /// <summary>Which stores.</summary>
    [Parameter]
    public MtlsStoreName[]? StoreName { get; set; }

    /// <summary>The issuer's common name, or all of its name; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Issuer { get; set; }

    /// <summary>What it may be used for.</summary>
    [Parameter]
    public CertificatePurpose Purpose { get; set; }

    /// <summary>Those that end within this time, and those that have ended.</summary>
    [Parameter]
    [ValidateNotNull]
    public DurationArgument? ExpiringWithin { get; set; }

    /// <summary>Those whose private key is there.</summary>
    [Parameter]
    public SwitchParameter HasPrivateKey { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Thumbprint, () =>
    {
        var patterns = Name.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, Pattern, StringComparer.OrdinalIgnoreCase);
        var issuer = Issuer is null ? null : Pattern(Issuer);
        var items = Read()
            .Where(item => Thumbprint is null || item.Thumbprint.Equals(Thumbprint, StringComparison.OrdinalIgnoreCase))
            .Where(item => patterns.Values.Any(pattern => pattern.IsMatch(item.Name)))
            .Where(item => issuer is null || issuer.IsMatch(item.Certificate.Issuer.CommonName ?? "") || issuer.IsMatch(item.Certificate.Issuer.ToString()))
            .Where(item => Suits(item) && (!HasPrivateKey || item.HasPrivateKey))
            .Where(item => ExpiringWithin is null || item.NotAfter < DateTimeOffset.UtcNow + ExpiringWithin.Value)
            .ToList();
        WriteObject(items, enumerateCollection: true);
        if (Thumbprint is not null && items.Count == 0)
            WriteNotFound(Thumbprint);
        foreach (var (name, pattern) in patterns)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(name) && !items.Exists(item => pattern.IsMatch(item.Name)))
                WriteNotFound(name);
        }
    });

    private List<StoreItem> Read() => Stoppable(_ => (StoreName ?? [])
        .Select(name => new StoreOptions { StoreName = name })
        .DefaultIfEmpty(new StoreOptions())
        .SelectMany(options => OpenStore(options).Read())
        .ToList());

    private bool Suits(StoreItem item) => Purpose switch
    {
        CertificatePurpose.Server => item.Role is CertificateRole.Server or CertificateRole.Peer or CertificateRole.AnyPurpose,
        CertificatePurpose.Client => item.Role is CertificateRole.Client or CertificateRole.Peer or CertificateRole.AnyPurpose,
        _ => true,
    };

    private static WildcardPattern Pattern(string text) => new(text, WildcardOptions.IgnoreCase);

    private void WriteNotFound(string what) => WriteError(Errors.From(
        new StoreException(ErrorCode.StoreItemNotFound, $"No certificate '{what}' that fits lies in {StorePath ?? (StoreName is null ? "this user's stores" : $"the stores {string.Join(", ", StoreName)}")}. Get-MtlsStoreItem without parameters lists all."),
        what));
}

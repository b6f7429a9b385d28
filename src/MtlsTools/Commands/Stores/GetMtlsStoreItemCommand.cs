using System.Management.Automation;
using MtlsTools.Stores;

namespace MtlsTools.Commands;

/// <summary>Get-MtlsStoreItem: finds certificates in the user's stores.</summary>
[Cmdlet(VerbsCommon.Get, "MtlsStoreItem")]
[OutputType(typeof(StoreItem))]
public sealed class GetMtlsStoreItemCommand : PSCmdlet
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
    public MtlsStoreName[] StoreName { get; set; } = [MtlsStoreName.My, MtlsStoreName.CA, MtlsStoreName.Root];

    /// <inheritdoc/>
    protected override void ProcessRecord() => this.Attempt(Thumbprint, () =>
    {
        var patterns = Name.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, name => new WildcardPattern(name, WildcardOptions.IgnoreCase), StringComparer.OrdinalIgnoreCase);
        var items = UserCertificateStore.Read(StoreName)
            .Where(item => Thumbprint is null || item.Thumbprint.Equals(Thumbprint, StringComparison.OrdinalIgnoreCase))
            .Where(item => patterns.Values.Any(pattern => pattern.IsMatch(item.Name)))
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

    private void WriteNotFound(string what) => WriteError(Errors.From(
        new StoreException(ErrorCode.StoreItemNotFound, $"No certificate '{what}' lies in the stores {string.Join(", ", StoreName)} of this user. Get-MtlsStoreItem without parameters lists all."),
        what));
}

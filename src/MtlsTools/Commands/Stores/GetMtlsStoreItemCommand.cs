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
        var patterns = Name.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase)).ToList();
        var found = false;
        foreach (var item in UserCertificateStore.Read(StoreName))
        {
            if (!patterns.Exists(pattern => pattern.IsMatch(item.Name)) || (Thumbprint is not null && !item.Thumbprint.Equals(Thumbprint, StringComparison.OrdinalIgnoreCase)))
                continue;
            found = true;
            WriteObject(item);
        }

        var exact = Thumbprint ?? Name.FirstOrDefault(name => !WildcardPattern.ContainsWildcardCharacters(name));
        if (!found && exact is not null)
            throw new StoreException(ErrorCode.StoreItemNotFound, $"No certificate '{exact}' lies in the stores {string.Join(", ", StoreName)} of this user. Get-MtlsStoreItem without parameters lists all.");
    });
}

using MtlsTools.Verification;

namespace MtlsTools.Inventory;

/// <summary>Something about an item that somebody should know.</summary>
/// <param name="Id">Which; stable. docs/guides/inventory.md lists them.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Cause">What is so.</param>
/// <param name="Remedy">What to do.</param>
public sealed record InventoryFinding(string Id, FindingSeverity Severity, string Cause, string Remedy)
{
    /// <summary>Id, cause and remedy in one line.</summary>
    public override string ToString() => $"{Id}: {Cause} {Remedy}";
}

using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Verification;

namespace MtlsTools.Inventory;

/// <summary>What there is to say about an item, by its status and by the estate around it.</summary>
internal static class InventoryFindings
{
    internal static InventoryFinding Unreadable(string why) => new("Unreadable", FindingSeverity.Warning, why, "Make it readable, or leave it out with -Exclude: what is not read is not watched.");

    /// <summary>The findings of a certificate, the gravest first.</summary>
    internal static List<InventoryFinding> Of(InventoryItem item, MtlsCertificate certificate, Estate estate, bool isClient)
    {
        var findings = Of(item);
        if (item.SharesKeyWith.Count > 0)
            findings.Add(new("KeyShared", FindingSeverity.Warning, $"Its key is also that of {string.Join(", ", item.SharesKeyWith.Take(5).Select(name => $"'{name}'"))}{(item.SharesKeyWith.Count > 5 ? $" and {item.SharesKeyWith.Count - 5} more" : "")}: whoever breaks into one of them has all.", "Renew each with a key of its own."));
        if (ClientAuthEnding.Find(certificate, isClient) is { } ending)
            findings.Add(ending);
        if (item.Source == InventorySource.Endpoint && estate.NewerThan(certificate) is { } place)
            findings.Add(new("NewerNotServed", FindingSeverity.Warning, $"The server shows an older certificate than the one for the same names in '{place}'.", "Put the newer one in its place, and reload the server."));
        if (item.Status is not (InventoryStatus.Expired or InventoryStatus.Superseded) && estate.IssuerOf(certificate) is { } issuer && issuer.NotAfter < certificate.NotAfter)
            findings.Add(new("IssuerEndsFirst", FindingSeverity.Warning, $"Its CA '{issuer.Name}' ends on {issuer.NotAfter:yyyy-MM-dd}, before it does: from then on nobody trusts it.", "Renew the CA, and then what it has issued."));
        return InOrder(findings);
    }

    /// <summary>The findings of a revocation list.</summary>
    /// <param name="item">The item.</param>
    /// <param name="verdict">Whether a CA of the estate signed it; null when its CA is not there.</param>
    internal static List<InventoryFinding> Of(InventoryItem item, SignatureVerdict? verdict)
    {
        var findings = Of(item);
        if (verdict == SignatureVerdict.Invalid)
            findings.Add(new("CrlSignatureInvalid", FindingSeverity.Error, "No CA of this name in the inventory has signed it.", "Get a fresh list from the CA; who verifies with this one refuses everybody."));
        else if (verdict is null)
            findings.Add(new("CrlIssuerUnknown", FindingSeverity.Information, "The CA that made it is not part of the inventory, so what it revokes was not counted.", "Add the CA's certificate to the folders that are looked at."));
        return InOrder(findings);
    }

    /// <summary>What the status alone says.</summary>
    internal static List<InventoryFinding> Of(InventoryItem item)
    {
        var isList = item.Kind == InventoryKind.RevocationList;
        InventoryFinding? finding = item.Status switch
        {
            InventoryStatus.Expired when item.Source == InventorySource.Authority => null,
            InventoryStatus.Expired => new("CertificateExpired", FindingSeverity.Error, $"It ended on {item.NotAfter:yyyy-MM-dd}, {Days(-item.DaysLeft)} ago.", Renew(item)),
            InventoryStatus.Revoked when item.Source == InventorySource.Authority => null,
            InventoryStatus.Revoked => new("CertificateRevoked", FindingSeverity.Error, "Its CA has revoked it, and it is still here.", "Replace it, and remove it together with its key."),
            InventoryStatus.CrlStale => new("CrlStale", FindingSeverity.Error, item.NotAfter is null ? "It does not say when the next list is due." : $"The next list was due on {item.NotAfter:yyyy-MM-dd}: programs that look at it refuse everybody.", "Publish a new one with Publish-MtlsCrl, and put it where this one lies."),
            InventoryStatus.Due when isList => new("CrlDue", FindingSeverity.Warning, $"It is used until {item.NotAfter:yyyy-MM-dd}, {Days(item.DaysLeft)} from now.", "Publish the next one with Publish-MtlsCrl."),
            InventoryStatus.Due => new("RenewalDue", FindingSeverity.Warning, $"It is due since {item.RenewAfter:yyyy-MM-dd} and ends on {item.NotAfter:yyyy-MM-dd}, {Days(item.DaysLeft)} from now.", Renew(item)),
            InventoryStatus.RenewSoon => new("RenewalSoon", FindingSeverity.Information, $"It becomes due on {item.RenewAfter:yyyy-MM-dd}.", "Plan its renewal."),
            InventoryStatus.NotYetValid => new("NotYetValid", FindingSeverity.Information, $"It begins on {item.NotBefore:yyyy-MM-dd}; whoever is shown it before refuses it.", "Wait, or look at the clock of the machine that made it."),
            _ => null,
        };
        return finding is null ? [] : [finding];
    }

    private static string Renew(InventoryItem item) => item.Role switch
    {
        CertificateRole.RootCa or CertificateRole.IntermediateCa => "Renew the CA with Update-MtlsCa, and bring it to everyone who has it.",
        _ when item.Source == InventorySource.Endpoint => "Renew it where the server has it, and reload the server.",
        _ => "Renew it with Update-MtlsCertificate.",
    };

    private static string Days(int? days) => days == 1 ? "1 day" : $"{days} days";

    private static List<InventoryFinding> InOrder(List<InventoryFinding> findings) => [.. findings.OrderByDescending(finding => finding.Severity)];
}

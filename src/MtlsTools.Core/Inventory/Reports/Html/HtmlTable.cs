using System.Globalization;
using MtlsTools.Certificates;

namespace MtlsTools.Inventory;

/// <summary>The table of all items, with its filter.</summary>
internal static class HtmlTable
{
    private const int MostUses = 6;

    internal static Markup Of(IReadOnlyList<InventoryItem> items) => HtmlText.Of($"""
        <section id="items" aria-labelledby="items-title" tabindex="-1">
        <h2 id="items-title">All items</h2>
        <form class="filter" role="search" hidden>
        <label for="filter">Filter</label>
        <input id="filter" type="search" autocomplete="off" spellcheck="false" placeholder="name, place, issuer, status:due, role:server …">
        <p id="shown" role="status" aria-live="polite"></p>
        </form>
        <table>
        <caption>Certificates, revocation lists and what could not be read; the most urgent first.</caption>
        <thead><tr><th scope="col">Status</th><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Ends</th><th scope="col">Renew after</th><th scope="col">Place and use</th><th scope="col">Issuer</th></tr></thead>
        <tbody>
        {HtmlText.Join(items.Select(Row))}</tbody>
        </table>
        </section>
        """);

    private static Markup Row(InventoryItem item)
    {
        var (words, tone) = HtmlTiles.Look(item);
        var san = string.Join(", ", item.San.Select(name => name.Value).Where(name => name != item.Name));
        return HtmlText.Of($"""
            <tr data-status="{item.Status.ToString().ToLowerInvariant()}" data-role="{item.Role?.ToString().ToLowerInvariant()}" data-source="{item.Source.ToString().ToLowerInvariant()}"><td data-label="Status"><span class="badge {tone}">{words}</span></td><th scope="row" data-label="Name"><bdi>{item.Name}</bdi>{Small(san)}{Sharing(item)}</th><td data-label="Role">{Role(item)}</td><td data-label="Ends">{Ends(item)}</td><td data-label="Renew after">{Day(item.RenewAfter)}</td><td data-label="Place and use"><bdi>{item.Place}</bdi>{(item.AlsoAt.Count == 0 ? default : HtmlText.Of($"<span class=\"small\">and in {HtmlReport.Count(item.AlsoAt.Count, "chain")} elsewhere</span>"))}{Uses(item)}</td><td data-label="Issuer"><bdi>{Issuer(item)}</bdi></td></tr>

            """);
    }

    private static string Role(InventoryItem item) => item.Role switch
    {
        CertificateRole.RootCa => "Root CA",
        CertificateRole.IntermediateCa => "Intermediate CA",
        CertificateRole.AnyPurpose => "Any purpose",
        { } role => role.ToString(),
        null => item.Kind == InventoryKind.RevocationList ? "CRL" : "–",
    };

    private static Markup Ends(InventoryItem item) => item.NotAfter is null ? HtmlText.Of($"–") : HtmlText.Of($"{Day(item.NotAfter)}<span class=\"small\">{Left(item.DaysLeft)}</span>");

    private static Markup Day(DateTimeOffset? time) => time is { } known ? HtmlText.Of($"<time datetime=\"{known:yyyy-MM-dd}\">{known:yyyy-MM-dd}</time>") : HtmlText.Of($"–");

    /// <summary>Days as people say them.</summary>
    internal static string Left(int? days) => days switch
    {
        null => "",
        < -1 => string.Create(CultureInfo.InvariantCulture, $"{-days:N0} days ago"),
        -1 => "1 day ago",
        0 => "today",
        1 => "1 day left",
        _ => string.Create(CultureInfo.InvariantCulture, $"{days:N0} days left"),
    };

    private static Markup Small(string text) => text.Length == 0 ? default : HtmlText.Of($"<span class=\"small\"><bdi>{(text.Length > 300 ? text[..300] + "…" : text)}</bdi></span>");

    private static Markup Sharing(InventoryItem item) => item.SharesKeyWith.Count == 0 ? default : HtmlText.Of($"<span class=\"small warn\">shares its key with <bdi>{string.Join(", ", item.SharesKeyWith.Take(MostUses))}</bdi></span>");

    private static Markup Uses(InventoryItem item) => item.UsedBy.Count == 0 ? default : HtmlText.Of($"<span class=\"small\">used by <bdi>{string.Join(", ", item.UsedBy.Take(MostUses))}</bdi>{(item.UsedBy.Count > MostUses ? $" and {item.UsedBy.Count - MostUses} more" : "")}</span>");

    private static string Issuer(InventoryItem item) => item.Certificate?.Issuer.CommonName ?? item.RevocationList?.Issuer.CommonName ?? item.Issuer ?? "–";
}

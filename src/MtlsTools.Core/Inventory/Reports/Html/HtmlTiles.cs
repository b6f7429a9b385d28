namespace MtlsTools.Inventory;

/// <summary>The counts by status: a bar of their shares, and a tile for each that narrows the table down.</summary>
internal static class HtmlTiles
{
    /// <summary>How a status is shown: the same words and the same tone everywhere.</summary>
    internal static (string Words, string Tone) Look(InventoryStatus status) => status switch
    {
        InventoryStatus.Ok => ("OK", "good"),
        InventoryStatus.Superseded => ("Superseded", "quiet"),
        InventoryStatus.NotYetValid => ("Not yet valid", "quiet"),
        InventoryStatus.RenewSoon => ("Due soon", "soon"),
        InventoryStatus.Due => ("Due", "warn"),
        InventoryStatus.Unreadable => ("Unreadable", "warn"),
        InventoryStatus.CrlStale => ("CRL stale", "bad"),
        InventoryStatus.Expired => ("Expired", "bad"),
        InventoryStatus.Revoked => ("Revoked", "bad"),
        _ => (status.ToString(), "quiet"),
    };

    /// <summary>The status of an item: what has ended in a CA's records is history, and no alarm.</summary>
    internal static (string Words, string Tone) Look(InventoryItem item) => Look(item.Status) is var (words, tone) && !item.NeedsAttention && tone is "bad" ? (words, "quiet") : Look(item.Status);

    internal static Markup Of(IReadOnlyList<InventoryItem> items)
    {
        if (items.Count == 0)
            return default;
        var counts = Enum.GetValues<InventoryStatus>().Reverse().Select(status => (Status: status, Count: items.Count(item => item.Status == status))).Where(one => one.Count > 0).ToList();
        var shares = new List<Markup>();
        var at = 0.0;
        foreach (var (status, count) in counts)
        {
            var width = 100.0 * count / items.Count;
            shares.Add(HtmlText.Of($"""<rect class="{Look(status).Tone}" x="{at:0.###}%" width="{width:0.###}%" height="100%"/>"""));
            at += width;
        }

        var tiles = counts.Select(one => HtmlText.Of($"""<li><a class="tile {Look(one.Status).Tone}" href="#filter=status:{one.Status.ToString().ToLowerInvariant()}"><span class="count">{one.Count:N0}</span> <span>{Look(one.Status).Words}</span></a></li>"""));
        return HtmlText.Of($"""
            <svg class="shares" width="100%" height="10" aria-hidden="true" focusable="false">{HtmlText.Join(shares)}</svg>
            <nav aria-label="Items by status"><ul class="tiles">{HtmlText.Join(tiles)}</ul></nav>
            """);
    }
}

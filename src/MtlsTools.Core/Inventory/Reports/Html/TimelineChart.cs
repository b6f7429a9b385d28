namespace MtlsTools.Inventory;

/// <summary>A picture of lifetimes: what ends first, when it is due, and where today is. Positions are percentages, so that it fits every screen and its words keep their size.</summary>
internal static class TimelineChart
{
    private const int MostRows = 40;
    private const double Past = 90, Shortest = 120, Longest = 730;

    internal static Markup Of(IReadOnlyList<InventoryItem> items, DateTimeOffset made)
    {
        // Copies are one line; history and lists without an end are none.
        var all = items.Where(item => item.NotAfter is not null && item.NotBefore is not null && item.Status != InventoryStatus.Superseded && (item.Source != InventorySource.Authority || item.NotAfter > made))
            .DistinctBy(item => item.Sha256).OrderBy(item => item.NotAfter).ToList();
        if (all.Count == 0)
            return default;
        var from = made.AddDays(-Past);
        var shown = all.Where(item => item.NotAfter > from).Take(MostRows).ToList();
        if (shown.Count == 0)
            return default;

        // CAs live for years: what they certify decides how far the picture goes.
        var leaves = shown.Where(item => item.Certificate is not { IsCa: true }).ToList();
        var last = (leaves.Count > 0 ? leaves[(leaves.Count - 1) * 9 / 10] : shown[^1]).NotAfter!.Value;
        var future = Math.Clamp((last - made).TotalDays * 1.15, Shortest, Longest);
        var scale = new Scale(from, made, Past + future);
        var left = all.Count - shown.Count;
        return HtmlText.Of($"""
            <section aria-labelledby="timeline-title">
            <h2 id="timeline-title">Timeline</h2>
            <p class="note">From the start of each life to its end{(left > 0 ? $"; the {shown.Count} that end next of {all.Count:N0}, the table has the others" : "")}. <span class="key life">in use</span> <span class="key tail">due for renewal</span> <span class="key now">today</span></p>
            <div class="timeline">
            <div class="axis" aria-hidden="true"><svg width="100%" height="22" focusable="false">{scale.Months()}</svg></div>
            <ol>
            {HtmlText.Join(shown.Select(item => Row(item, scale)))}</ol>
            </div>
            </section>
            """);
    }

    private static Markup Row(InventoryItem item, Scale scale)
    {
        var (begin, due, end) = (scale.At(item.NotBefore!.Value), scale.At(item.RenewAfter ?? item.NotAfter!.Value), scale.At(item.NotAfter!.Value));
        var tone = HtmlTiles.Look(item).Tone;
        return HtmlText.Of($"""
            <li><span class="name"><bdi>{item.Name}</bdi></span><span class="days {tone}">{HtmlTable.Left(item.DaysLeft)}</span><svg width="100%" height="16" role="img" aria-label="{item.NotBefore:yyyy-MM-dd} to {item.NotAfter:yyyy-MM-dd}, due {item.RenewAfter:yyyy-MM-dd}" focusable="false"><rect class="life {tone}" x="{begin:0.##}%" y="3" width="{Math.Max(due - begin, 0):0.##}%" height="10" rx="2"/>{(due < 100 ? HtmlText.Of($"<rect class=\"tail {tone}\" x=\"{due:0.##}%\" y=\"3\" width=\"{Math.Max(end - due, 0.4):0.##}%\" height=\"10\" rx=\"2\"/>") : default)}<line class="now" x1="{scale.Today:0.##}%" x2="{scale.Today:0.##}%" y1="0" y2="16"/></svg></li>

            """);
    }

    /// <summary>From days to percentages.</summary>
    private sealed record Scale(DateTimeOffset From, DateTimeOffset Now, double Days)
    {
        internal double Today => At(Now);

        internal double At(DateTimeOffset time) => Math.Clamp((time - From).TotalDays / Days * 100, 0, 100);

        internal Markup Months()
        {
            var step = Days switch { <= 270 => 1, <= 500 => 2, _ => 3 };
            var first = new DateTimeOffset(From.Year, From.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
            var labels = new List<Markup>();
            for (var month = first; At(month) < 94; month = month.AddMonths(step))
                labels.Add(HtmlText.Of($"""<g class="{(labels.Count % 2 == 0 ? "" : "odd")}"><line x1="{At(month):0.##}%" x2="{At(month):0.##}%" y1="14" y2="22"/><text x="{At(month):0.##}%" y="11">{month:MMM}{(month.Month == 1 || month == first ? month.ToString(" yyyy", System.Globalization.CultureInfo.InvariantCulture) : "")}</text></g>"""));
            return HtmlText.Join(labels);
        }
    }
}

using System.Globalization;
using MtlsTools.Certificates;
using MtlsTools.Names;

namespace MtlsTools.Inventory;

/// <summary>A picture of who has certified whom: CAs from left to right, and what each has issued.</summary>
internal static class TrustGraph
{
    private const int MostAuthorities = 14, MostLeaves = 5, Deepest = 6;
    private const int BoxWidth = 240, BoxHeight = 44, Column = 300, Line = 56, MostLetters = 30;

    internal static Markup Of(IReadOnlyList<InventoryItem> items)
    {
        var certificates = items.Where(item => item.Certificate is not null && item.Status != InventoryStatus.Superseded).DistinctBy(item => item.Sha256).ToList();
        var authorities = certificates.Where(item => item.Certificate!.IsCa).ToList();
        if (authorities.Count == 0)
            return default;
        var byIssuer = certificates.Where(item => !item.Certificate!.IsSelfSigned).ToLookup(item => CanonicalName.Of(item.Certificate!.Issuer));
        var names = authorities.Select(ca => CanonicalName.Of(ca.Certificate!.Subject)).ToHashSet(StringComparer.Ordinal);

        // One box for each name: a renewed CA, or one with cross certificates, is one CA.
        var tops = authorities.Where(ca => ca.Certificate!.IsSelfSigned || !names.Contains(CanonicalName.Of(ca.Certificate.Issuer))).DistinctBy(ca => CanonicalName.Of(ca.Certificate!.Subject));
        var drawing = new Drawing(byIssuer);
        foreach (var top in tops)
            drawing.Add(top, 0);
        var width = Column * (drawing.Columns - 1) + BoxWidth + 8;
        return HtmlText.Of($"""
            <section aria-labelledby="trust-title">
            <h2 id="trust-title">Who certified whom</h2>
            {(drawing.Hidden == 0 ? default : HtmlText.Of($"<p class=\"note\">{HtmlReport.Count(drawing.Hidden, "CA")} more would not fit into the picture; the table has them all.</p>"))}
            <div class="graph" role="region" aria-labelledby="trust-title" tabindex="0">
            <svg width="{width}" height="{drawing.Height + 8}" viewBox="-4 -4 {width} {drawing.Height + 8}" role="img" aria-label="{drawing.Words}" focusable="false">{HtmlText.Join(drawing.Edges)}{HtmlText.Join(drawing.Boxes)}</svg>
            </div>
            </section>
            """);
    }

    /// <summary>Places boxes: each CA beside the middle of what is below it.</summary>
    private sealed class Drawing(ILookup<string, InventoryItem> byIssuer)
    {
        private readonly HashSet<string> drawn = new(StringComparer.Ordinal);
        private readonly List<string> sentences = [];
        private int lines;

        internal List<Markup> Edges { get; } = [];

        internal List<Markup> Boxes { get; } = [];

        internal int Columns { get; private set; }

        internal int Hidden { get; private set; }

        internal int Height => lines * Line;

        internal string Words => string.Join(" ", sentences);

        /// <summary>Draws a CA and what is below it; the middle of its box.</summary>
        internal double? Add(InventoryItem item, int column)
        {
            var name = CanonicalName.Of(item.Certificate!.Subject);
            if (column >= Deepest || !drawn.Add(name))
                return null;
            if (drawn.Count > MostAuthorities)
            {
                Hidden++;
                return null;
            }

            var below = byIssuer[name].ToList();
            var leaves = below.Where(one => !one.Certificate!.IsCa).ToList();
            sentences.Add($"{item.Name} certified {HtmlReport.Count(leaves.Count, "certificate")} and {HtmlReport.Count(below.Count - leaves.Count, "CA")}.");
            var middles = below.Where(one => one.Certificate!.IsCa).Select(ca => Add(ca, column + 1)).OfType<double>().ToList();
            var urgentFirst = leaves.Take(leaves.Count > MostLeaves ? MostLeaves - 1 : MostLeaves).ToList();
            middles.AddRange(urgentFirst.Select(leaf => Box(leaf.Name, $"{leaf.Role} · {HtmlTable.Left(leaf.DaysLeft)}", HtmlTiles.Look(leaf).Tone, column + 1, lines++)));
            if (leaves.Count > urgentFirst.Count)
                middles.Add(Box($"{leaves.Count - urgentFirst.Count:N0} more", Statuses(leaves.Skip(urgentFirst.Count)), "more", column + 1, lines++));
            var middle = middles.Count > 0 ? (middles[0] + middles[^1]) / 2 : lines++ * Line + BoxHeight / 2.0;
            Box(item.Name, $"{(item.Role == CertificateRole.RootCa ? "Root CA" : "Intermediate CA")} · {HtmlTable.Left(item.DaysLeft)}", HtmlTiles.Look(item).Tone + " ca", column, (middle - BoxHeight / 2.0) / Line);
            foreach (var end in middles)
                Edges.Add(HtmlText.Of($"""<path d="M{column * Column + BoxWidth} {middle:0.#}C{column * Column + BoxWidth + 30} {middle:0.#} {(column + 1) * Column - 30} {end:0.#} {(column + 1) * Column} {end:0.#}"/>"""));
            return middle;
        }

        private double Box(string name, string about, string tone, int column, double line)
        {
            Columns = Math.Max(Columns, column + 1);
            var (x, y) = (column * Column, line * Line);
            Boxes.Add(HtmlText.Of($"""<g class="box {tone}"><title>{name}</title><rect x="{x}" y="{y:0.#}" width="{BoxWidth}" height="{BoxHeight}" rx="6"/><rect class="mark" x="{x}" y="{y:0.#}" width="5" height="{BoxHeight}" rx="2"/><text x="{x + 14}" y="{y + 18:0.#}">{Short(name)}</text><text class="about" x="{x + 14}" y="{y + 35:0.#}">{about}</text></g>"""));
            return y + BoxHeight / 2.0;
        }

        private static string Statuses(IEnumerable<InventoryItem> items) => string.Join(", ", items.GroupBy(item => item.Status).OrderByDescending(group => group.Key).Take(3).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count():N0} {HtmlTiles.Look(group.Key).Words.ToLowerInvariant()}")));

        private static string Short(string name) => new StringInfo(name) is { LengthInTextElements: > MostLetters } letters ? letters.SubstringByTextElements(0, MostLetters - 1) + "…" : name;
    }
}

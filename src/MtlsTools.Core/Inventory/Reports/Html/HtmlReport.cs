using System.Reflection;
using System.Security.Cryptography;
using MtlsTools.Verification;

namespace MtlsTools.Inventory;

/// <summary>One page with everything in it: it loads nothing, works without its script, and prints.</summary>
internal static class HtmlReport
{
    private const int MostFindings = 200, MostPlaces = 3;

    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");

    internal static string Write(IReadOnlyList<InventoryItem> items, string title, DateTimeOffset made)
    {
        var folder = HtmlPlaces.CommonFolder(items);
        return Write(folder is null ? items : HtmlPlaces.Below(folder, items), folder, title, made);
    }

    private static string Write(IReadOnlyList<InventoryItem> items, string? folder, string title, DateTimeOffset made) => HtmlText.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{Hash(Style)}'; script-src 'sha256-{Hash(Script)}'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="MtlsTools">
        <title>{title}</title>
        <style>{new Markup(Style)}</style>
        </head>
        <body>
        <a class="skip" href="#items">Skip to all items</a>
        <header>
        <h1>{title}</h1>
        <p class="lead">{Summary(items)}</p>
        <p class="made">As of <time datetime="{made:yyyy-MM-dd'T'HH:mm:ss'Z'}">{made:d MMMM yyyy, HH:mm} UTC</time>{(folder is null ? default : HtmlText.Of($" · paths begin at <bdi>{folder}</bdi>"))}</p>
        {HtmlTiles.Of(items)}
        </header>
        <main>
        {Findings(items)}
        {TimelineChart.Of(items, made)}
        {TrustGraph.Of(items)}
        {HtmlTable.Of(items)}
        </main>
        <footer><p>Made by MtlsTools. A certificate counts as due when two thirds of its life are over, a CA six months before its end.</p></footer>
        <script>{new Markup(Script)}</script>
        </body>
        </html>

        """).Text;

    private static string Summary(IReadOnlyList<InventoryItem> items)
    {
        var (urgent, all) = (items.Count(item => item.NeedsAttention), items.Count);
        return all == 0 ? "Nothing was found."
            : urgent == 0 ? $"{Count(all, "item")}, and nothing to do."
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{urgent:N0} of {Count(all, "item")} {(urgent == 1 ? "needs" : "need")} attention.");
    }

    internal static string Count(int count, string what) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    /// <summary>What is to be done, in the order of its urgency. Copies of one certificate are one matter.</summary>
    private static Markup Findings(IReadOnlyList<InventoryItem> items)
    {
        var findings = items.SelectMany(item => item.Findings.Where(finding => finding.Severity > FindingSeverity.Information).Select(finding => (Item: item, Finding: finding)))
            .GroupBy(one => (Of: one.Item.Sha256 ?? one.Item.Place, one.Finding.Id, one.Finding.Cause))
            .OrderByDescending(group => group.First().Finding.Severity).ThenByDescending(group => group.First().Item.NeedsAttention).ThenBy(group => group.First().Item.NotAfter ?? DateTimeOffset.MaxValue)
            .ToList();
        if (findings.Count == 0)
            return HtmlText.Of($"""<section aria-labelledby="todo-title"><h2 id="todo-title">What to do</h2><p class="calm">Nothing. Everything that was found is in date and in order.</p></section>""");
        var more = findings.Count > MostFindings ? HtmlText.Of($"<p class=\"note\">These are the {MostFindings} most urgent of {findings.Count:N0} findings; the table below has all items.</p>") : default;
        return HtmlText.Of($"""
            <section aria-labelledby="todo-title">
            <h2 id="todo-title">What to do</h2>
            {more}<ol class="findings">
            {HtmlText.Join(findings.Take(MostFindings).Select(group => Finding([.. group.Select(one => one.Item)], group.First().Finding)))}</ol>
            </section>
            """);
    }

    private static Markup Finding(List<InventoryItem> copies, InventoryFinding finding)
    {
        var places = copies.Select(copy => copy.Place).Distinct().Where(place => place != copies[0].Name).ToList();
        return HtmlText.Of($"""
            <li class="{Tone(finding.Severity)}"><p class="what"><strong><bdi>{copies[0].Name}</bdi></strong> <span class="id">{finding.Id}</span> <span class="where"><bdi>{string.Join(" · ", places.Take(MostPlaces))}</bdi>{(places.Count > MostPlaces ? $" and {places.Count - MostPlaces} more" : "")}</span></p><p>{finding.Cause} <span class="remedy">{finding.Remedy}</span></p></li>

            """);
    }

    private static string Tone(FindingSeverity severity) => severity == FindingSeverity.Error ? "bad" : "warn";

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Reports/{name}") ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>By its hash, the browser takes this text and no other.</summary>
    private static Markup Hash(string text) => new(Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))));
}

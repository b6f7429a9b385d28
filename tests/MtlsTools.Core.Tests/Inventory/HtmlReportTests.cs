using System.Globalization;
using MtlsTools.Inventory;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Inventory;

/// <summary>The page as a browser shows it. MTLSTOOLS_PICTURES names a folder for pictures of it.</summary>
public sealed class HtmlReportTests(Estate estate) : IClassFixture<Estate>
{
    private const string Shown = "[...document.querySelectorAll('#items tbody tr')].filter(row => row.offsetParent !== null || row.getClientRects().length > 0)";

    /// <summary>Texts whose contrast with what lies behind them is below 4.5 (WCAG 2.2, 1.4.3).</summary>
    private const string Faint = """
        (() => {
          const parse = c => c.match(/[\d.]+/g).map(Number);
          const light = ([r, g, b]) => { const f = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
          const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          const faint = [];
          for (const e of document.querySelectorAll('body *')) {
            if (e.closest('svg') || !e.getClientRects().length || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
            const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(e.className + ': ' + e.textContent.trim().slice(0, 40));
          }
          return faint.join('\n');
        })()
        """;

    [SkippableFact]
    public void The_page_works_in_a_browser()
    {
        using var folder = new TemporaryFolder();
        using var browser = new HeadlessBrowser();
        var path = folder.Write("report.html", Page(estate.Items));
        foreach (var (width, height) in new[] { (1280, 900), (390, 844) })
        {
            foreach (var dark in new[] { false, true })
            {
                browser.Resize(width, height, dark);
                browser.Open(path);
                Assert.Equal("", browser.Evaluate(Faint).GetValue<string>());
                Assert.True(browser.Evaluate("document.documentElement.scrollWidth <= innerWidth").GetValue<bool>(), $"At {width} pixels the page is wider than the screen.");
                TakePictures(browser, $"inventory-{width}{(dark ? "-dark" : "")}", width);
            }
        }

        // Nothing was loaded but the page, and nothing complained.
        Assert.Equal([new Uri(path).AbsoluteUri], browser.Loaded.Where(url => url != "about:blank").Distinct());
        Assert.Empty(browser.Complaints);

        // The filter, by address and by hand.
        browser.Resize(1280, 900);
        browser.Open(path, "#filter=status:due%20role:server");
        Assert.Equal(["api.example.com", "api.example.com"], browser.Evaluate($"{Shown}.map(row => row.querySelector('th bdi').textContent).join()").GetValue<string>().Split(','));
        Assert.Equal($"2 of {estate.Items.Count} shown", browser.Evaluate("document.getElementById('shown').textContent").GetValue<string>());
        browser.Evaluate("const box = document.getElementById('filter'); box.focus(); box.select(); 1");
        browser.Type("CRL of");
        Assert.True(SpinWait.SpinUntil(() => browser.Evaluate($"{Shown}.length").GetValue<int>() == 2, TimeSpan.FromSeconds(30)));
        browser.Evaluate("document.querySelector('.tile.bad').click(); 1");
        Assert.True(SpinWait.SpinUntil(() => browser.Evaluate("document.getElementById('filter').value").GetValue<string>() == "status:revoked", TimeSpan.FromSeconds(30)));
        Assert.Empty(browser.Complaints);

        // By keyboard: the first stop skips to the table.
        browser.Open(path);
        browser.Press("Tab", 9);
        Assert.Equal("Skip to all items", browser.Evaluate("document.activeElement.textContent").GetValue<string>());

        // For people who do not see it.
        Assert.Equal("", browser.Evaluate("[...document.querySelectorAll('section')].filter(s => !document.getElementById(s.getAttribute('aria-labelledby'))).map(s => s.outerHTML.slice(0, 60)).join()").GetValue<string>());
        Assert.Equal("H1,H2,H2,H2,H2", browser.Evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => h.tagName).join()").GetValue<string>());
        Assert.Equal(0, browser.Evaluate("[...document.querySelectorAll('svg')].filter(s => !s.closest('[aria-hidden]') && !s.getAttribute('aria-label')).length").GetValue<int>());
        Assert.Equal(7, browser.Evaluate("document.querySelectorAll('thead th[scope=col]').length").GetValue<int>());

        // On paper, and without its script.
        browser.Resize(800, 1100, media: "print");
        Assert.Equal("none", browser.Evaluate("getComputedStyle(document.querySelector('.filter')).display").GetValue<string>());
        browser.TurnScriptsOff();
        browser.Resize(1280, 900);
        browser.Open(path);
        Assert.Equal(estate.Items.Count, browser.Evaluate($"{Shown}.length").GetValue<int>());
        Assert.True(browser.Evaluate("document.querySelector('.filter').hidden").GetValue<bool>());
    }

    [SkippableFact]
    public void Ten_thousand_items_stay_usable()
    {
        using var folder = new TemporaryFolder();
        var items = Enumerable.Range(0, 10_000).Select(i => estate.Of("etc/ssl/api.crt") with { Name = $"host-{i}.example.com", Sha256 = i.ToString("X64", CultureInfo.InvariantCulture) }).ToList();
        var page = Page(items);
        Assert.InRange(page.Length, 1, 12_000_000);
        Assert.Equal(40, page.Split("<rect class=\"life").Length - 1);
        Assert.Contains("These are the 200 most urgent of 10,000 findings", page, StringComparison.Ordinal);
        Assert.Contains("the 40 that end next of 10,000", page, StringComparison.Ordinal);
        using var browser = new HeadlessBrowser();
        browser.Resize(1280, 900);
        browser.Open(folder.Write("many.html", page), "#filter=host-77.");
        Assert.Equal("1 of 10,000 shown", browser.Evaluate("document.getElementById('shown').textContent").GetValue<string>());
        Assert.Empty(browser.Complaints);
    }

    private static string Page(IReadOnlyList<InventoryItem> items) => System.Text.Encoding.UTF8.GetString(InventoryReport.Write(items, ReportFormat.Html, "Certificates of Example Ltd", new ManualTimeProvider(Estate.Today)));

    private static void TakePictures(HeadlessBrowser browser, string name, int width)
    {
        if (Environment.GetEnvironmentVariable("MTLSTOOLS_PICTURES") is not { Length: > 0 } folder)
            return;
        File.WriteAllBytes(Path.Combine(folder, name + ".webp"), browser.Picture(0, width, width > 1000 ? 1560 : 1500));
        var table = browser.Evaluate("document.getElementById('trust-title').getBoundingClientRect().top + scrollY - 40").GetValue<double>();
        File.WriteAllBytes(Path.Combine(folder, name + "-below.webp"), browser.Picture(table, width, width > 1000 ? 1400 : 1500));
    }
}

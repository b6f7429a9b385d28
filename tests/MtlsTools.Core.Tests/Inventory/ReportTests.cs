using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MtlsTools.Certificates;
using MtlsTools.Inventory;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Inventory;

public sealed partial class ReportTests(Estate estate) : IClassFixture<Estate>
{
    /// <summary>Names as somebody makes them who wants to get into the report's reader.</summary>
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "=HYPERLINK(\"http://x\")", "+1", "-1+1", "@SUM(A1)", "\t=1", "a,\"b\"\r\nc", "\u202Egnp.exe\u202C", "zero\u200Bwidth", "bell\a", "]]>", "{{x}} ${x} %s", "a\\b\"c\nd", "&lt;", "null\0byte", "\uD800",
    ];

    private static readonly ManualTimeProvider Clock = new(Estate.Today);

    private static List<InventoryItem> HostileItems => Hostile.Select((name, i) => new InventoryItem
    {
        Name = name,
        Place = name,
        Issuer = name,
        Subject = name,
        Role = CertificateRole.Server,
        Status = InventoryStatus.Due,
        NeedsAttention = true,
        NotBefore = Estate.Today.AddDays(-60),
        NotAfter = Estate.Today.AddDays(30),
        RenewAfter = Estate.Today,
        DaysLeft = 30,
        Sha256 = i.ToString("X64", CultureInfo.InvariantCulture),
        UsedBy = [name],
        SharesKeyWith = [name],
        Findings = [new InventoryFinding("RenewalDue", FindingSeverity.Warning, name, name)],
    }).ToList();

    [Theory]
    [InlineData("a.html", ReportFormat.Html)]
    [InlineData("a.HTM", ReportFormat.Html)]
    [InlineData("a.csv", ReportFormat.Csv)]
    [InlineData("a.json", ReportFormat.Json)]
    [InlineData("a.xml", ReportFormat.JUnit)]
    [InlineData("a.prom", ReportFormat.Prometheus)]
    [InlineData("a.ics", ReportFormat.Ics)]
    [InlineData("a.txt", null)]
    public void The_ending_says_the_form(string path, ReportFormat? format) => Assert.Equal(format, InventoryReport.FormatOf(path));

    [Fact]
    public void Csv_is_read_back_and_holds_no_formula()
    {
        var rows = ReadCsv(Text(HostileItems, ReportFormat.Csv));
        Assert.Equal("Status", rows[0][0]);
        Assert.All(rows, row => Assert.Equal(rows[0].Count, row.Count));
        Assert.Equal(Hostile.Length + 1, rows.Count);
        Assert.All(rows.Skip(1).SelectMany(row => row), field => Assert.DoesNotMatch("^[=+@\t\r]|^-[^0-9]", field));
        Assert.Equal(Hostile.Select(name => name.Replace('\uD800', '\uFFFD').TrimStart('\t')).Order(StringComparer.Ordinal), rows.Skip(1).Select(row => row[2].TrimStart('\'').TrimStart('\t')).Select(name => name == " onmouseover='x" ? "'" + name : name).Order(StringComparer.Ordinal));
        Assert.Contains("-4", ReadCsv(Text(estate.Items, ReportFormat.Csv)).Single(row => row[10] == estate.At("etc/ssl/shop.crt")));
    }

    [Fact]
    public void Json_has_every_item_with_all_that_is_known()
    {
        using var json = JsonDocument.Parse(InventoryReport.Write(estate.Items, ReportFormat.Json, "x", Clock));
        var root = json.RootElement;
        Assert.Equal("mtlstools-inventory/1", root.GetProperty("schema").GetString());
        Assert.Equal((estate.Items.Count, estate.Items.Count), (root.GetProperty("items").GetArrayLength(), root.GetProperty("summary").GetProperty("items").GetInt32()));
        var item = root.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("path").GetString() == estate.At("etc/ssl/api.crt"));
        Assert.Equal(("Due", 20, true, "RenewalDue"), (item.GetProperty("status").GetString(), item.GetProperty("daysLeft").GetInt32(), item.GetProperty("needsRenewal").GetBoolean(), item.GetProperty("findings")[0].GetProperty("id").GetString()));
        Assert.Equal(
            ["kind", "status", "needsAttention", "needsRenewal", "name", "role", "subject", "san", "issuer", "notBefore", "notAfter", "renewAfter", "daysLeft", "source", "place", "path", "keyPath", "hasPrivateKey", "serialNumber", "sha256", "spkiSha256", "usedBy", "alsoAt", "sharesKeyWith", "findings"],
            item.EnumerateObject().Select(field => field.Name));
        JsonDocument.Parse(InventoryReport.Write(HostileItems, ReportFormat.Json)).Dispose();
    }

    [Fact]
    public void JUnit_fails_what_needs_attention()
    {
        var suites = XDocument.Parse(Text(estate.Items, ReportFormat.JUnit)).Root!;
        var cases = suites.Descendants("testcase").ToList();
        Assert.Equal((estate.Items.Count, $"{estate.Items.Count}"), (cases.Count, suites.Attribute("tests")!.Value));
        Assert.Equal(estate.Items.Count(item => item.NeedsAttention && item.Status != InventoryStatus.Unreadable), cases.Count(one => one.Element("failure") is not null));
        Assert.Equal(estate.Items.Where(item => item.NeedsAttention && item.Status != InventoryStatus.Unreadable).Select(item => item.Status.ToString()).Order(StringComparer.Ordinal), suites.Descendants("failure").Select(failure => failure.Attribute("type")!.Value).Order(StringComparer.Ordinal));
        Assert.Equal("1", suites.Attribute("errors")!.Value);
        Assert.Equal(Hostile.Length, XDocument.Parse(Text(HostileItems, ReportFormat.JUnit)).Descendants("testcase").Count());
    }

    [Fact]
    public void Metrics_are_one_series_for_each_item()
    {
        var lines = Text(estate.Items, ReportFormat.Prometheus).TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Matches("""^(# (HELP|TYPE) mtls_[a-z_]+ .+|mtls_[a-z_]+(\{([a-z0-9]+="([^"\\\n]|\\[\\"n])*",?)*\})? -?\d+)$""", line));
        Assert.Equal(lines.Length, lines.Distinct().Count());
        var api = estate.Of("etc/ssl/api.crt");
        Assert.Contains(lines, line => line.StartsWith("mtls_certificate_not_after_timestamp_seconds{name=\"api.example.com\"", StringComparison.Ordinal) && line.Contains($"place=\"{api.Place}\"", StringComparison.Ordinal) && line.EndsWith($" {api.NotAfter!.Value.ToUnixTimeSeconds()}", StringComparison.Ordinal));
        Assert.Contains("mtls_inventory_items{status=\"CrlStale\"} 1", lines);
        Assert.Contains(lines, line => line.StartsWith("mtls_crl_next_update_timestamp_seconds{", StringComparison.Ordinal));
        var hostile = Text([.. HostileItems, .. HostileItems], ReportFormat.Prometheus).TrimEnd('\n').Split('\n');
        Assert.Equal(Hostile.Length, hostile.Count(line => line.StartsWith("mtls_certificate_not_after", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void Promtool_takes_the_metrics() =>
        Peer.Require("promtool").Run(["check", "metrics"], Text([.. estate.Items, .. HostileItems], ReportFormat.Prometheus));

    [Fact]
    public void The_calendar_has_a_day_for_each_renewal()
    {
        var events = Event().Matches(Text(estate.Items, ReportFormat.Ics).Replace("\r\n ", "", StringComparison.Ordinal)).Select(match => (Day: match.Groups["day"].Value, Summary: match.Groups["summary"].Value, Uid: match.Groups["uid"].Value)).ToList();
        Assert.Contains(events, one => one is { Day: "20260711", Summary: "Renew www.example.com" });
        Assert.Contains(events, one => one is { Day: "20260601", Summary: "Renew api.example.com" });
        Assert.Contains(events, one => one.Summary == "Publish the next CRL of Example Client CA");
        Assert.DoesNotContain(events, one => one.Summary.Contains("mobile-gateway", StringComparison.Ordinal));
        Assert.Equal(events.Count, events.Select(one => one.Uid).Distinct().Count());
        Assert.Single(events, one => one.Summary == "Renew grafana.internal.example.com");
    }

    [Fact]
    public void The_most_urgent_come_first() =>
        Assert.Equal(["Revoked", "Expired", "CrlStale", "Unreadable", "Due"], ReadCsv(Text(estate.Items, ReportFormat.Csv)).Skip(1).Where(row => row[1] == "True").Select(row => row[0]));

    [Fact]
    public void A_page_lets_no_name_become_markup()
    {
        var page = Text(HostileItems, ReportFormat.Html);
        Assert.Single(Regex.Matches(page, "<script>"));
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("<[^>]* on[a-z]+=", page);
        Assert.DoesNotMatch("[\u202A-\u202E\u2066-\u2069\u200B\\x07\0]", page);
        Assert.Contains("\\u202Egnp.exe\\u202C", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(" style=", page);
        Assert.DoesNotMatch("(src|href|action)=\"[^#]|@import|url\\(", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_nothing_says_so()
    {
        Assert.Contains("Nothing was found.", Text([], ReportFormat.Html), StringComparison.Ordinal);
        Assert.Contains("and nothing to do.", Text([estate.Of("etc/ssl/www.crt")], ReportFormat.Html), StringComparison.Ordinal);
    }

    private static string Text(IReadOnlyList<InventoryItem> items, ReportFormat format) => System.Text.Encoding.UTF8.GetString(InventoryReport.Write(items, format, "Certificates of Example Ltd", Clock));

    /// <summary>RFC 4180, read by its grammar.</summary>
    private static List<List<string>> ReadCsv(string text)
    {
        var rows = new List<List<string>>();
        for (var at = 0; at < text.Length;)
        {
            var row = new List<string>();
            while (true)
            {
                var match = Field().Match(text, at);
                Assert.True(match.Success && match.Index == at, $"No field at {at}: {text[at..Math.Min(at + 40, text.Length)]}");
                row.Add(match.Groups["quoted"].Success ? match.Groups["quoted"].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : match.Groups["plain"].Value);
                at += match.Length;
                if (match.Groups["end"].Value != ",")
                    break;
            }

            rows.Add(row);
        }

        return rows;
    }

    [GeneratedRegex("""\G(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",\r\n]*))(?<end>,|\r\n)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();

    [GeneratedRegex("""UID:(?<uid>\S+)\r\n[^~]*?DTSTART;VALUE=DATE:(?<day>\d{8})[^~]*?SUMMARY:(?<summary>[^\r\n]*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Event();
}

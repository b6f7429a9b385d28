using MtlsTools.Configuration;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>Real servers run with what was made for them. MTLSTOOLS_WRITE_DOCS=1 writes what was seen into docs/guides/configuration.md.</summary>
public sealed class ConfigMatrixTests(ConfigMatrix matrix) : IClassFixture<ConfigMatrix>
{
    private static readonly string Page = Repository.At("docs", "guides", "configuration.md");

    public static TheoryData<string> Servers => new(MatrixServers.All.Keys);

    public static TheoryData<string> Proxies => new(MatrixServers.All.Where(one => one.Value.Forwards).Select(one => one.Key));

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task The_program_takes_the_configuration_of(string name)
    {
        var run = await matrix.RunAsync(name);

        Assert.All(run.Server.Modes, mode => Assert.True(run.Checks[mode].Success, $"{name}, {mode}: {run.Checks[mode].Command}\n{run.Checks[mode].Output}"));
    }

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task Nobody_gets_in_who_should_not_with(string name)
    {
        var run = await matrix.RunAsync(name);

        Assert.NotEmpty(run.Reports);
        Assert.All(run.Reports, one =>
        {
            var (mode, kind) = one.Key;
            var expected = kind == "good" || (kind == "none" && mode == ConfigMode.Optional);
            Assert.True(expected == one.Value.Stage is ConnectionStage.Done, $"{name}, {mode}, {kind}: {one.Value.Stage} {string.Join('\n', one.Value.Findings)}");
        });
        Assert.Equal(run.Server.HasCrl, run.Reports.ContainsKey((ConfigMode.Mtls, "revoked")));
    }

    [SkippableTheory]
    [MemberData(nameof(Proxies))]
    public async Task The_backend_learns_who_the_client_is_from_the_server_alone_with(string name)
    {
        var run = await matrix.RunAsync(name);

        Assert.All(run.Headers.Values, head => Assert.DoesNotContain("forged", head, StringComparison.OrdinalIgnoreCase));
        foreach (var mode in new[] { ConfigMode.Mtls, ConfigMode.Optional })
        {
            var good = run.Headers[(mode, "good")];
            Assert.Contains("X-Client-Verify: SUCCESS\r\n", good, StringComparison.OrdinalIgnoreCase);
            Assert.Matches(@"(?i)x-client-dn: .*CN=client\b", good);
            string[] marks = [matrix.GoodClient.Thumbprint, matrix.GoodClient.Sha256, Convert.ToBase64String(matrix.GoodClient.RawData.Span)[..60]];
            Assert.Contains(marks, mark => good.Contains(mark, StringComparison.OrdinalIgnoreCase));
        }

        var anonymous = run.Headers[(ConfigMode.Optional, "none")];
        Assert.Contains("X-Client-Verify: NONE\r\n", anonymous, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(?im)^x-client-(dn|fingerprint|cert|serial): *[^ \r\n]", anonymous);
    }

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task A_renewed_certificate_is_shown_once_it_was_taken_into_use_by(string name)
    {
        var (former, renewed, shown) = (await matrix.RunAsync(name)).Renewal;

        Assert.NotEqual(former, renewed);
        Assert.Equal(renewed, shown);
    }

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task The_page_shows_what_was_seen_with(string name)
    {
        var run = await matrix.RunAsync(name);
        var label = $"| {run.Title} |";
        var row = $"{label} {string.Join(" | ", Cells(run))} |";
        var page = File.ReadAllText(Page).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("MTLSTOOLS_WRITE_DOCS") == "1")
            File.WriteAllText(Page, page = Write(page, label, row));

        var written = page.Split('\n').Where(line => line.StartsWith(label, StringComparison.Ordinal)).ToList();
        Skip.If(written.Count == 0, $"{Page} lists another version than {run.Title}. Run this test with MTLSTOOLS_WRITE_DOCS=1 to add it.");
        Assert.Equal(row, Assert.Single(written));
    }

    private static IEnumerable<string> Cells(MatrixRun run) =>
    [
        Code(run.Server.Check),
        .. ConfigMatrix.Kinds.Select(kind => Cell(run, ConfigMode.Mtls, kind)),
        Cell(run, ConfigMode.Optional, "none"),
        run.Server.Forwards ? "yes" : "no",
        Code(run.Server.Renewal),
    ];

    private static string Code(string text) => text.StartsWith('(') ? text.Trim('(', ')') : $"`{text}`";

    private static string Cell(MatrixRun run, ConfigMode mode, string kind) => run.Reports.GetValueOrDefault((mode, kind)) switch
    {
        null => kind == "revoked" ? "no lists" : "no such mode",
        { Stage: ConnectionStage.Done } => kind == "none" ? "anonymous" : "accepted",
        { Alert: { } alert } => $"alert {alert.Number}",
        { HttpStatus: { } status } => $"HTTP {status}",
        _ => run.Server.Refusal,
    };

    /// <summary>The table stands between two marks, its rows in the order of the alphabet.</summary>
    private static string Write(string page, string label, string row)
    {
        var lines = page.Split('\n').ToList();
        var (from, to) = (lines.IndexOf("<!-- matrix -->"), lines.IndexOf("<!-- /matrix -->"));
        var rows = lines[(from + 4)..(to - 1)].Where(line => !line.StartsWith(label, StringComparison.Ordinal)).Append(row).Order(StringComparer.OrdinalIgnoreCase).ToList();
        lines.RemoveRange(from + 4, to - 1 - (from + 4));
        lines.InsertRange(from + 4, rows);
        return string.Join('\n', lines);
    }
}

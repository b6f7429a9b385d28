using System.Security.Authentication;
using MtlsTools.Connections.Diagnosis;
using MtlsTools.Connections.Enforcement;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>Real servers refuse, each in its own way, and the cause is named all the same. MTLSTOOLS_WRITE_DOCS=1 writes what was seen into docs/diagnosis.md.</summary>
public sealed class ServerMatrixTests(ServerMatrix matrix) : IClassFixture<ServerMatrix>
{
    /// <summary>What the words of a log mean where they do not say whose certificate was verified.</summary>
    private static readonly Dictionary<string, FindingId> Neutral = new()
    {
        ["other CA"] = FindingId.IssuerNotFound,
        ["expired"] = FindingId.CertificateExpired,
        ["not yet valid"] = FindingId.CertificateNotYetValid,
        ["server only"] = FindingId.WrongPurpose,
        ["no intermediate"] = FindingId.IssuerNotFound,
        ["revoked"] = FindingId.CertificateRevoked,
    };

    private static readonly string Page = Repository.At("docs", "diagnosis.md");

    public static TheoryData<string> Servers => new(ServerMatrix.Servers);

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task Every_cause_is_named_on(string name)
    {
        var (server, cells, _, _) = await matrix.RunAsync(name);

        Assert.All(cells, cell =>
        {
            var about = $"{server.Title}, {cell.Protocol}, {cell.Cause}: {cell.Report.Alert} {cell.Report.HttpStatus} {string.Join('\n', cell.Report.Findings)}";
            var expected = server.Verdicts.TryGetValue(cell.Cause, out var own) ? own : ServerMatrix.Causes[cell.Cause];
            if (cell.IsAccepted)
                Assert.True((expected is null && cell.Report.Success) || server.Accepts.ContainsKey(cell.Cause), about);
            else if (cell.Cause == "revoked" && cell.Report.Alert?.Number != 44)
                Assert.True(cell.Verdict is FindingId.ClientCertificateRejected, about); // It said nothing that names the cause, and nobody else can know.
            else
                Assert.True(expected is not null && cell.Verdict == expected && !cell.Report.Success, about);
            Assert.True(cell.Report.Protocol is null || cell.Report.Protocol == cell.Protocol, about);
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task No_impostor_gets_into(string name)
    {
        var (server, _, _, battery) = await matrix.RunAsync(name);

        var about = $"{server.Title}: {battery}\n{string.Join('\n', battery.Results.Where(result => !result.Success).Select(result => $"{result.Probe} {result.TlsVersion} {result.Outcome}: {result.Evidence}"))}";
        Assert.True(battery.Success && battery.GoodClientAccepted == true, about);
        Assert.Equal(ServerMatrix.Protocols, battery.TlsVersions);
        Assert.Contains(battery.Results, result => result is { Probe: EnforcementProbe.LookAlikeCa, Outcome: ProbeOutcome.Refused });
    }

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task The_log_is_understood_of(string name)
    {
        var (server, _, logs, _) = await matrix.RunAsync(name);

        Assert.All(logs, log =>
        {
            var found = ErrorResolver.Resolve(log.Value).Findings.Select(finding => finding.Id).ToList();
            FindingId[] right = log.Key == "none" ? [FindingId.NoClientCertificateSent] : [ServerMatrix.Causes[log.Key]!.Value, Neutral[log.Key], FindingId.ClientCertificateRejected];
            if (!server.LogsReasons)
                Assert.DoesNotContain(found, id => id is not (FindingId.NetworkFailed or FindingId.NoClientCertificateSent));
            else if (!server.Accepts.ContainsKey(log.Key))
                Assert.True(found.Intersect(right).Any(), $"{server.Title}, {log.Key}: {string.Join(", ", found)} from:\n{log.Value}");
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task The_page_shows_what_was_seen_on(string name)
    {
        var (server, cells, _, _) = await matrix.RunAsync(name);
        var page = File.ReadAllText(Page).ReplaceLineEndings("\n");

        foreach (var protocol in ServerMatrix.Protocols)
        {
            var label = $"| {server.Title} | {(protocol == SslProtocols.Tls12 ? "1.2" : "1.3")} |";
            var row = $"{label} {string.Join(" | ", cells.Where(cell => cell.Protocol == protocol).Select(cell => cell.ToString()))} |";
            if (Environment.GetEnvironmentVariable("MTLSTOOLS_WRITE_DOCS") == "1")
            {
                page = Write(page, label, row);
                continue;
            }

            var written = page.Split('\n').Where(line => line.StartsWith(label, StringComparison.Ordinal)).ToList();
            Skip.If(written.Count == 0, $"docs/diagnosis.md lists another version than {server.Title}. Run this test with MTLSTOOLS_WRITE_DOCS=1 to add it.");
            Assert.Equal(row, Assert.Single(written));
        }
    }

    private static string Write(string page, string label, string row)
    {
        var lines = page.Split('\n').ToList();
        var rows = lines.Where(IsRow).Where(line => !line.StartsWith(label, StringComparison.Ordinal)).Append(row).Order(StringComparer.OrdinalIgnoreCase).ToList();
        lines.RemoveAll(IsRow);
        lines.InsertRange(lines.FindIndex(line => line.StartsWith("| *Verdict* |", StringComparison.Ordinal)) + 1, rows);
        page = string.Join('\n', lines);
        File.WriteAllText(Page, page);
        return page;
    }

    private static bool IsRow(string line) => line.StartsWith("| ", StringComparison.Ordinal) && (line.Contains(" | 1.2 | ", StringComparison.Ordinal) || line.Contains(" | 1.3 | ", StringComparison.Ordinal));
}

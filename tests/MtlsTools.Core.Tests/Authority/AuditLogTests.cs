using MtlsTools.Authority;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Authority;

/// <summary>What a CA does stands in a log that nobody can change unnoticed.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider clock = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly CertificateAuthority root;

    public AuditLogTests() => root = TestAuthority.Create(folder, "root", clock);

    private string LogPath => folder.At("root", "audit.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_deed_has_an_entry_that_names_it()
    {
        var issued = root.Issue(CertificateProfile.Client);
        var request = TestAuthority.Request("CN=eve", "DNS:eve.example");
        var denied = root.Deny(request, "Nobody of that name.");
        root.Revoke([issued], RevocationReason.KeyCompromise);
        var renewed = root.Renew(new RenewalOptions { NewKey = true });

        var log = root.GetAudit().ToList();

        Assert.Equal([AuditEvent.Created, AuditEvent.Issued, AuditEvent.Denied, AuditEvent.Revoked, AuditEvent.Issued, AuditEvent.Issued, AuditEvent.Renewed], log.Select(entry => entry.Event));
        Assert.Equal(Enumerable.Range(1, 7).Select(number => (long)number), log.Select(entry => entry.Number));
        Assert.All(log, entry => Assert.Equal((clock.GetUtcNow(), $"{Environment.UserName}@{Environment.MachineName}"), (entry.Time, entry.By)));
        Assert.Equal((root.Certificate.Sha256, renewed.Certificate.Sha256), (log[0].Sha256, log[6].Sha256));
        Assert.Equal((issued.SerialNumber, "CN=api.example.com", issued.NotAfter, issued.Sha256), (log[1].SerialNumber, log[1].Subject, log[1].NotAfter, log[1].Sha256));
        Assert.Equal(("CN=eve", "DNS:eve.example", denied.Fingerprint, "Nobody of that name."), (log[2].Subject, Assert.Single(log[2].San!), log[2].Sha256, log[2].Reason));
        Assert.Equal((issued.SerialNumber, "KeyCompromise"), (log[3].SerialNumber, log[3].Reason));
        Assert.Equal((0, 7), (renewed.VerifyAudit().Findings.Count, renewed.VerifyAudit().SealedEntries));
    }

    [SkippableFact]
    public void The_chain_can_be_followed_with_the_tools_of_any_system()
    {
        root.Issue(CertificateProfile.Client, TestAuthority.Request("CN=Zoë \"Q\" O'Neill"));
        Skip.IfNot(Peer.Exists("sha256sum") && Peer.Exists("bash"), "sha256sum and bash are not installed.");

        var told = Peer.Require("bash").Run("-c", $"sed 's/,\"hash\":\"[0-9A-F]*\"}}$/}}/' '{LogPath}' | while IFS= read -r line; do printf %s \"$line\" | sha256sum; done");

        Assert.Equal(root.GetAudit().Select(entry => entry.Hash), told.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..64].ToUpperInvariant()));
        Assert.Equal(root.GetAudit().First().Hash, root.GetAudit().Last().Previous);
    }

    [Theory]
    [InlineData("edit", AuditProblem.EntryEdited)]
    [InlineData("edit with a new hash", AuditProblem.EntryReplaced)]
    [InlineData("remove", AuditProblem.EntryRemoved)]
    [InlineData("remove at the end", AuditProblem.HeadMissing)]
    [InlineData("swap", AuditProblem.EntryMoved)]
    [InlineData("copy", AuditProblem.EntryMoved)]
    [InlineData("cut", AuditProblem.LineDamaged)]
    [InlineData("forge a seal", AuditProblem.SealInvalid)]
    public void What_was_done_to_the_log_is_found(string deed, AuditProblem expected)
    {
        for (var number = 0; number < 3; number++)
            root.Issue(CertificateProfile.Client);
        var before = root.VerifyAudit();
        Assert.Equal((true, 4L), (before.Success, before.Count));
        var lines = File.ReadAllLines(LogPath).ToList();
        Tamper(lines, deed);
        File.WriteAllLines(LogPath, lines);

        var report = root.VerifyAudit(before.Head);

        Assert.False(report.Success);
        Assert.Equal(expected, report.Findings.First(finding => finding.Severity == FindingSeverity.Error).Problem);
    }

    [Fact]
    public void The_index_and_the_log_are_compared()
    {
        var kept = root.Issue(CertificateProfile.Client);
        var lost = root.Issue(CertificateProfile.Client);
        var index = File.ReadAllLines(folder.At("root", "index.txt"));
        File.WriteAllLines(folder.At("root", "index.txt"), [index[0].Replace("V\t", "R\t", StringComparison.Ordinal).Replace("Z\t\t", "Z\t300101000000Z\t", StringComparison.Ordinal), index[1].Replace(lost.SerialNumber, "0A0B", StringComparison.Ordinal)]);

        var report = root.VerifyAudit();

        Assert.Equal([AuditProblem.NotInLog, AuditProblem.NotInLog, AuditProblem.NotInIndex], report.Findings.Select(finding => finding.Problem));
        Assert.Contains("1 certificate (0A0B) of whose issuance", report.Findings[0].Cause, StringComparison.Ordinal);
        Assert.Contains(kept.SerialNumber, report.Findings[1].Cause, StringComparison.Ordinal);
        Assert.Contains(lost.SerialNumber, report.Findings[2].Cause, StringComparison.Ordinal);
        Assert.False(report.Success);
    }

    [Fact]
    public void A_folder_that_is_older_than_its_log_begins_one()
    {
        root.Issue(CertificateProfile.Client);
        File.Delete(LogPath);
        var opened = CertificateAuthority.Open(root.Path, clock: clock);

        opened.Issue(CertificateProfile.Client);

        Assert.Equal([AuditEvent.Begun, AuditEvent.Issued], opened.GetAudit().Select(entry => entry.Event));
        Assert.Empty(opened.VerifyAudit().Findings);
    }

    [Fact]
    public void A_half_written_line_goes_and_a_whole_one_without_its_end_stays()
    {
        root.Issue(CertificateProfile.Client);
        var whole = File.ReadAllText(LogPath);
        var warnings = new List<string>();

        File.WriteAllText(LogPath, whole.TrimEnd('\n'));
        CertificateAuthority.Open(root.Path, clock: clock).Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client }, warnings.Add);
        File.AppendAllText(LogPath, "{\"number\":4,\"time\":\"20");
        CertificateAuthority.Open(root.Path, clock: clock).Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client }, warnings.Add);

        Assert.Single(warnings, warning => warning.Contains("half-written", StringComparison.Ordinal));
        Assert.Equal((true, 4L), (root.VerifyAudit().Success, root.VerifyAudit().Count));
    }

    [Fact]
    public void A_clock_that_is_set_back_shows()
    {
        root.Issue(CertificateProfile.Client);
        clock.Now -= TimeSpan.FromDays(1);
        root.Deny(TestAuthority.Request(), "no");

        var finding = Assert.Single(root.VerifyAudit().Findings);

        Assert.Equal((AuditProblem.ClockSetBack, 3L), (finding.Problem, finding.Line));
        Assert.True(root.VerifyAudit().Success);
    }

    [SkippableFact]
    public void What_can_not_be_logged_is_not_issued()
    {
        Skip.If(OperatingSystem.IsWindows() || !Path.Exists("/dev/full"), "There is no /dev/full.");
        root.Issue(CertificateProfile.Client);
        var index = File.ReadAllText(folder.At("root", "index.txt"));
        File.Delete(LogPath);
        Directory.CreateDirectory(LogPath);

        var error = Assert.Throws<OutputException>(() => root.Issue(CertificateProfile.Client));

        Assert.Equal((ErrorCode.PathNotWritable, LogPath), (error.Code, error.Path));
        Assert.Equal(index, File.ReadAllText(folder.At("root", "index.txt")));
        Assert.Empty(Directory.EnumerateFiles(folder.At("root", ".pending")));
        Assert.Single(Directory.EnumerateFiles(folder.At("root", "issued")));
    }

    private static void Tamper(List<string> lines, string deed)
    {
        switch (deed)
        {
            case "edit":
                lines[2] = lines[2].Replace("CN=api", "CN=abc", StringComparison.Ordinal);
                break;
            case "edit with a new hash":
                lines[2] = Rewrite(lines[2], entry => entry with { Subject = "CN=abc" });
                break;
            case "remove":
                lines.RemoveAt(1);
                break;
            case "remove at the end":
                lines.RemoveAt(3);
                break;
            case "swap":
                (lines[1], lines[2]) = (lines[2], lines[1]);
                break;
            case "copy":
                lines.Insert(2, lines[1]);
                break;
            case "cut":
                lines[1] = lines[1][..40];
                break;
            default:
                using (var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256))
                    lines[0] = Rewrite(lines[0], entry => entry, content => AuditSeal.Create(content, key));
                break;
        }
    }

    private static string Rewrite(string line, Func<AuditEntry, AuditEntry> change, Func<byte[], byte[]>? sign = null)
    {
        Assert.True(AuditLine.TryRead(System.Text.Encoding.UTF8.GetBytes(line), out var entry, out _));
        return System.Text.Encoding.UTF8.GetString(AuditLine.Write(change(entry), sign).Line).TrimEnd('\n');
    }
}

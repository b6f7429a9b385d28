using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Host;
using MtlsTools.Stores;
using MtlsTools.Stores.Linux;
using MtlsTools.Verification;
using static MtlsTools.Tests.Host.HostPki;

namespace MtlsTools.Tests.Host;

/// <summary>The checks that every system has, on plain facts: what breaks each, and what does not.</summary>
public sealed class HostRuleTests
{
    private static readonly MtlsCertificate GoodRoot = Root(), GoodIntermediate = Intermediate(), GoodClient = Client();

    private static readonly string[] Gaps = ["RootNotSelfSigned", "ClockWrong", "ClientAuthTrustModeChanged", "KeyFileReadable", "CrlCacheStale"];

    /// <summary>For each check: facts that break it, the subject of the finding, and a part of its cause.</summary>
    private static readonly (string Id, HostFacts Facts, string Subject, string Cause)[] Broken =
    [
        Stored("RootNotSelfSigned", In(MtlsStoreName.Root, GoodIntermediate), "'Intermediate' (until 2027-10-14 12:00 UTC) is not self-signed"),
        Stored("RootExpired", In(MtlsStoreName.Root, Root("Old", -2000, -5)), "'Old' (until 2026-05-27 12:00 UTC) is a root that has expired"),
        Stored("IntermediateExpired", In(MtlsStoreName.CA, Intermediate("Old", -900, -1)), "is an intermediate that has expired"),
        Stored("CaExpiresSoon", In(MtlsStoreName.CA, Intermediate("Late", -900, 29)), "ends in 29 days"),
        Stored("CertificateExpired", In(MtlsStoreName.My, Client("bob", -90, -1), hasKey: true), "'bob' (until 2026-05-31 12:00 UTC) has expired"),
        Stored("CertificateWithoutKey", In(MtlsStoreName.My, GoodClient), "has no private key here"),
        Stored("CertificateWeak", In(MtlsStoreName.My, WeakClient(), hasKey: true), "1024"),
        Superseded("IntermediateSuperseded", MtlsStoreName.CA, Intermediate(from: -500, until: 40), GoodIntermediate, "has a successor with the same key"),
        Superseded("CertificateSuperseded", MtlsStoreName.My, Client(from: -60, until: 20), GoodClient, "the same names and purposes"),
        ("KeyFileReadable", Keys(Key("644", true, everybody: true)), "/srv/a.key", "everybody"),
        ("KeyFileNotClosed", Keys(Key("644", false, everybody: true)), "/srv/a.key", "its password is all that protects it"),
        ("KeyFileNotClosed", Keys(Key("644", true, everybody: true, closed: "/srv")), "/srv/a.key", "all that keeps others out is the folder '/srv'"),
        ("KeyFileShared", Keys(Key("640", true, everybody: false) with { IsLent = true }), "/srv/a.key", "can be read by its group"),
        ("KeyInTrustFolder", Trust(Anchor() with { HasKey = true }), "/a/b.crt", "holds a private key"),
        ("AnchorNotCa", Trust(Anchor(GoodClient)), "/a/b.crt", "'client' is no CA"),
        ("AnchorNotRoot", Trust(Anchor(GoodIntermediate)), "/a/b.crt", "'Intermediate' is an intermediate, issued by 'CN=Root"),
        ("AnchorExpired", Trust(Anchor(Root("Old", -2000, -5))), "/a/b.crt", "'Old' has expired on 2026-05-27"),
        ("AnchorExpiresSoon", Trust(Anchor(Root("Late", -2000, 29))), "/a/b.crt", "'Late' ends on 2026-06-30"),
        ("AnchorIgnored", Trust(Anchor(GoodRoot) with { IsIgnored = true }), "/a/b.crt", "update-ca-certificates passes it over"),
        ("AnchorDamaged", Trust(Anchor() with { Damage = "cut off" }), "/a/b.crt", "no certificate that can be read"),
        ("TrustNotRefreshed", Trust(Anchor(GoodRoot)), "/etc/ssl/certs/ca-certificates.crt", "Added, and not in the bundle yet: 'Root'."),
        ("TrustNotRefreshed", Trust([], ("AB", "Gone"), ("CD", "Shipped")), "/etc/ssl/certs/ca-certificates.crt", "Taken away, and still in the bundle: 'Gone'."),
        ("CrlCacheStale", Cached(-1), "/cache/1", "was to be replaced by 2026-05-31 12:00 UTC"),
        ("ClockWrong", Clock(301), "time.example", "5 minutes ahead of time.example"),
        ("ClockWrong", Clock(-7200), "time.example", "2 hours behind time.example"),
        ("ClockDrifts", Clock(300), "time.example", "5 minutes ahead"),
        ("ClockDrifts", Clock(-31), "time.example", "31 seconds behind"),
    ];

    public static IEnumerable<string> Tested => Broken.Select(one => one.Id);

    public static TheoryData<int, string> Rows
    {
        get
        {
            var rows = new TheoryData<int, string>();
            for (var i = 0; i < Broken.Length; i++)
                rows.Add(i, $"{Broken[i].Id}: {Broken[i].Cause}");
            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Rows))]
    public void What_breaks_a_check_is_found(int row, string name)
    {
        var (id, facts, subject, cause) = Broken[row];
        Skip.If(id == "TrustNotRefreshed" && OperatingSystem.IsWindows(), "The path of the bundle is one of Linux.");

        var finding = Assert.Single(Ask(facts, id));

        Assert.Equal(subject, finding.Subject);
        Assert.Contains(cause, finding.Cause, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Evidence);
        Assert.DoesNotContain("<subject>", finding.Remedy, StringComparison.Ordinal);
        Assert.True(finding.Check.Repair is not null == finding.Repairable, name);
    }

    [Fact]
    public void A_machine_in_order_has_no_findings()
    {
        var facts = Trust([Anchor(GoodRoot)], (GoodRoot.Sha256, "Root"), ("CD", "Shipped"));
        facts.Stored.AddRange([In(MtlsStoreName.Root, GoodRoot), In(MtlsStoreName.CA, GoodIntermediate), In(MtlsStoreName.CA, Intermediate("Other", -5, 31)), In(MtlsStoreName.My, GoodClient, hasKey: true), In(MtlsStoreName.My, Client("other"), hasKey: true)]);
        facts.CachedCrls.AddRange(Cached(1).CachedCrls);
        facts.Clocks.AddRange(Clock(30).Clocks);

        var report = HostExaminer.Judge(facts, HostChecks.All, "test");

        Assert.Empty(report.Findings);
        Assert.True(report.Success);
        Assert.All(report.Checks, check => Assert.Equal(HostCheckState.Made, check.State));
    }

    [Fact]
    public void Of_three_certificates_of_a_CA_two_are_superseded_and_expired_ones_are_another_matter()
    {
        var facts = Facts([
            .. Enumerable.Range(0, 4).Select(i => In(MtlsStoreName.CA, Intermediate(from: -700 + (100 * i), until: -1 + (100 * i)))),
            In(MtlsStoreName.CA, Intermediate("Other")),
            In(MtlsStoreName.CA, Intermediate(), location: StoreLocation.CurrentUser),
        ]);

        Assert.Equal(2, Ask(facts, "IntermediateSuperseded").Count);
        Assert.Single(Ask(facts, "IntermediateExpired"));
    }

    [Fact]
    public void What_could_not_be_read_is_told_and_never_passes_for_a_clean_check()
    {
        var facts = Facts(In(MtlsStoreName.Root, GoodIntermediate));
        facts.Miss(HostArea.Stores, "One store is closed.");
        facts.Miss(HostArea.Clock, "No host.", whole: true);
        facts.Gaps.Add(new HostGap(HostArea.Schannel, "Only Windows.", HostCheckState.NotApplicable));
        for (var i = 0; i < 30; i++)
            facts.Miss(HostArea.KeyFiles, $"File {i} is closed.");

        var report = HostExaminer.Judge(facts, [.. Gaps.Select(id => HostChecks.Find(id)!)], "test");

        Assert.Equal([HostCheckState.Partly, HostCheckState.NotMade, HostCheckState.NotApplicable, HostCheckState.Partly, HostCheckState.Made], report.Checks.Select(check => check.State));
        Assert.Equal([1, 0, 0, 0, 0], report.Checks.Select(check => check.Findings));
        Assert.Equal(["RootNotSelfSigned", "ClockWrong", "KeyFileReadable"], report.NotMade.Select(check => check.Id));
        Assert.Equal(["One store is closed."], report.Checks[0].Reasons);
        Assert.Equal(21, report.Checks[3].Reasons.Count);
        Assert.Equal("And 10 more.", report.Checks[3].Reasons[^1]);
        Assert.False(report.Success);
    }

    [Fact]
    public void The_gravest_come_first_and_warnings_are_no_failure()
    {
        var facts = Facts(In(MtlsStoreName.My, GoodClient), In(MtlsStoreName.Root, GoodIntermediate));

        var report = HostExaminer.Judge(facts, HostChecks.All, "test");

        Assert.Equal([FindingSeverity.Error, FindingSeverity.Warning], report.Findings.Select(finding => finding.Severity));
        Assert.True(HostExaminer.Judge(facts, HostChecks.All.Where(check => check.Id != "RootNotSelfSigned").ToList(), "test").Success);
    }

    private static (string, HostFacts, string, string) Stored(string id, StoredCertificate stored, string cause) => (id, Facts(stored), stored.Subject, cause);

    private static (string, HostFacts, string, string) Superseded(string id, MtlsStoreName store, MtlsCertificate older, MtlsCertificate newer, string cause)
    {
        var stored = In(store, older, hasKey: true);
        return (id, Facts(In(store, newer, hasKey: true), stored), stored.Subject, cause);
    }

    private static FileState File(string path, string mode = "644") => new(path, 100, DateTime.UnixEpoch, (UnixFileMode)Convert.ToInt32(mode, 8));

    private static OpenKeyFile Key(string mode, bool plain, bool everybody, string? closed = null) =>
        new(File("/srv/a.key", mode), everybody ? "everybody on this machine" : "its group") { IsPlain = plain, ForEverybody = everybody, ClosedFolder = closed };

    private static HostFacts Keys(OpenKeyFile key)
    {
        var facts = Facts();
        facts.KeyFiles.Add(key);
        return facts;
    }

    private static AnchorFile Anchor(params MtlsCertificate[] certificates) => new(File("/a/b.crt"), certificates);

    private static HostFacts Trust(AnchorFile anchor) => Trust([anchor], ("CD", "Shipped"));

    private static HostFacts Trust(AnchorFile[] anchors, params (string Hash, string Name)[] bundle)
    {
        var facts = Facts();
        facts.TrustFolders.Add(new TrustFolder(TrustRoot.Open("/", "/"), TrustLayout.Debian, anchors, bundle.ToDictionary(one => one.Hash, one => one.Name), new HashSet<string> { "CD" }));
        return facts;
    }

    private static HostFacts Cached(int days)
    {
        var facts = Facts();
        facts.CachedCrls.Add(new CachedCrl(File("/cache/1"), "CN=CA", Now.AddDays(-9), Now.AddDays(days)));
        return facts;
    }

    private static HostFacts Clock(double seconds)
    {
        var facts = Facts();
        facts.Clocks.Add(new ClockReading("time.example", TimeSpan.FromSeconds(seconds), "SNTP"));
        return facts;
    }
}

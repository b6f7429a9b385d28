using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Host;
using MtlsTools.Stores;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Host;

/// <summary>The real stores of the current user: the certificates are the test's own, and gone afterwards.</summary>
public sealed class HostStoreTests : IDisposable
{
    private readonly List<MtlsCertificate> mine = [];

    public HostStoreTests() => Skip.IfNot(OperatingSystem.IsLinux(), "Elsewhere the system asks before its roots change.");

    public void Dispose()
    {
        foreach (var name in new[] { MtlsStoreName.My, MtlsStoreName.CA, MtlsStoreName.Root })
            Use(name, store => store.RemoveRange(new X509Certificate2Collection(mine.SelectMany(one => Find(store, one)).ToArray())));
    }

    [SkippableFact]
    public void An_intermediate_among_the_roots_is_moved()
    {
        var misplaced = Put(MtlsStoreName.Root, HostPki.Intermediate($"doctor {Guid.NewGuid():N}"));
        var finding = Assert.Single(Mine(misplaced, HostPki.Now));
        Assert.Equal(("RootNotSelfSigned", $@"CurrentUser\Root\{misplaced.Thumbprint}"), (finding.Id, finding.Subject));

        var repair = HostRepairs.Run(finding);

        Assert.Equal(HostRepairOutcome.Repaired, repair.Outcome);
        Assert.False(Has(MtlsStoreName.Root, misplaced));
        Assert.True(Has(MtlsStoreName.CA, misplaced));
        Assert.Empty(Mine(misplaced, HostPki.Now));
        Assert.Equal(HostRepairOutcome.Changed, HostRepairs.Run(finding).Outcome);
    }

    [SkippableFact]
    public void Intermediates_that_are_of_no_use_are_removed_and_the_newest_stays()
    {
        var name = $"doctor {Guid.NewGuid():N}";
        var expired = Put(MtlsStoreName.CA, HostPki.Intermediate(name, -900, -1));
        var older = Put(MtlsStoreName.CA, HostPki.Intermediate(name, -500, 100));
        var newest = Put(MtlsStoreName.CA, HostPki.Intermediate(name));

        var findings = new[] { expired, older, newest }.SelectMany(one => Mine(one, HostPki.Now)).ToList();

        Assert.Equal(["IntermediateExpired", "IntermediateSuperseded"], findings.Select(finding => finding.Id));
        var repairs = findings.Select(HostRepairs.Run).ToList();
        Assert.All(repairs, repair => Assert.Equal(HostRepairOutcome.Repaired, repair.Outcome));
        Assert.Contains(older.ToPem(), repairs[1].Undo, StringComparison.Ordinal);
        Assert.Equal([false, false, true], new[] { expired, older, newest }.Select(one => Has(MtlsStoreName.CA, one)));
    }

    [SkippableFact]
    public void Another_system_has_no_stores_that_could_be_read()
    {
        using var root = new TemporaryFolder();

        var report = HostExaminer.Examine(new HostOptions { Root = root.Path });

        Assert.Equal(HostCheckState.NotMade, report.Checks.Single(check => check.Id == "RootNotSelfSigned").State);
        Assert.Equal(HostChecks.All.Count, report.Checks.Count);
        Assert.All(report.Checks, check => Assert.True(check.State == HostCheckState.Made || check.Reasons.Count > 0, check.Id));
    }

    [SkippableFact]
    public void What_takes_a_decision_is_told_and_left()
    {
        var without = Put(MtlsStoreName.My, HostPki.Client($"doctor {Guid.NewGuid():N}"));

        var repair = HostRepairs.Run(Assert.Single(Mine(without, HostPki.Now)));

        Assert.Equal(HostRepairOutcome.NotRepairable, repair.Outcome);
        Assert.Equal(repair.Finding.Remedy, repair.Action);
        Assert.True(Has(MtlsStoreName.My, without));
    }

    private static List<HostFinding> Mine(MtlsCertificate certificate, DateTimeOffset time) =>
        HostExaminer.Examine(new HostOptions { Clock = new ManualTimeProvider(time) }).Findings.Where(finding => finding.Subject.EndsWith(certificate.Thumbprint, StringComparison.Ordinal)).ToList();

    private static bool Has(MtlsStoreName name, MtlsCertificate certificate)
    {
        var has = false;
        Use(name, store => has = Find(store, certificate).Count > 0);
        return has;
    }

    private static X509Certificate2Collection Find(X509Store store, MtlsCertificate certificate) => store.Certificates.Find(X509FindType.FindByThumbprint, certificate.Thumbprint, validOnly: false);

    private static void Use(MtlsStoreName name, Action<X509Store> work)
    {
        using var store = new X509Store(name.ToPlatform(), StoreLocation.CurrentUser, OpenFlags.ReadWrite);
        work(store);
    }

    private MtlsCertificate Put(MtlsStoreName name, MtlsCertificate certificate)
    {
        mine.Add(certificate);
        Use(name, store => store.Add(certificate.X509));
        return certificate;
    }
}

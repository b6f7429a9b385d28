using System.Text;
using MtlsTools.Certificates;
using MtlsTools.Encoding;
using MtlsTools.Host;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Host;

/// <summary>A system's trusted CAs in a throw-away root folder, with Debian's own tool where it is installed.</summary>
public sealed class TrustFolderTests : IDisposable
{
    private static readonly string Shipped = HostPki.Root("Shipped").ToPem();

    private readonly TemporaryFolder root = new();
    private readonly string anchors;
    private readonly string bundle;

    public TrustFolderTests()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has such folders.");
        anchors = Directory.CreateDirectory(root.At("usr", "local", "share", "ca-certificates")).FullName;
        bundle = Path.Combine(Directory.CreateDirectory(root.At("etc", "ssl", "certs")).FullName, "ca-certificates.crt");
        Directory.CreateDirectory(root.At("usr", "share", "ca-certificates", "mozilla"));
        File.WriteAllText(root.At("usr", "share", "ca-certificates", "mozilla", "Shipped.crt"), Shipped);
        File.WriteAllText(root.At("etc", "ca-certificates.conf"), "mozilla/Shipped.crt\n");
        File.WriteAllText(bundle, Shipped);
    }

    public void Dispose() => root.Dispose();

    [SkippableFact]
    public void Everything_that_lies_wrong_is_found_and_what_is_right_is_not()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var good = HostPki.Root("Good").ToPem();
        File.WriteAllText(bundle, Shipped + good);
        Anchor("good.crt", good);
        Anchor("below/leaf.crt", HostPki.Client().ToPem());
        Anchor("inter.crt", HostPki.Intermediate().ToPem());
        Anchor("old.crt", HostPki.Root("Old", -2000, -5).ToPem());
        Anchor("late.crt", HostPki.Root("Late", -2000, 20).ToPem());
        Anchor("ignored.pem", good);
        Anchor("README", "not a certificate, and nobody looks at it");
        Anchor("damaged.crt", good[..200]);
        Anchor("key.crt", good + PemBlock.Write("PRIVATE KEY", key.ExportPkcs8()));

        var findings = Examine().Findings;

        Assert.Equal(
            [
                ("AnchorDamaged", "damaged.crt"), ("AnchorExpired", "old.crt"), ("AnchorExpiresSoon", "late.crt"), ("AnchorIgnored", "ignored.pem"), ("AnchorNotCa", "leaf.crt"),
                ("AnchorNotRoot", "inter.crt"), ("KeyInTrustFolder", "key.crt"), ("TrustNotRefreshed", "ca-certificates.crt"),
            ],
            findings.Select(finding => (finding.Id, Path.GetFileName(finding.Subject))).Order());
        Assert.Equal(["KeyInTrustFolder", "AnchorNotCa", "AnchorNotRoot", "AnchorExpired", "AnchorDamaged", "TrustNotRefreshed"], findings.Where(finding => finding.Repairable).Select(finding => finding.Id));
    }

    [SkippableFact]
    public void A_file_is_moved_out_and_can_come_back()
    {
        Anchor("leaf.crt", HostPki.Client().ToPem());
        Directory.CreateDirectory($"{anchors}.set-aside");
        File.WriteAllText(Path.Combine($"{anchors}.set-aside", "leaf.crt"), "an earlier one");
        var finding = Examine().Findings.Single(one => one.Id == "AnchorNotCa");
        Assert.Equal($"Move '{anchors}/leaf.crt' into '{anchors}.set-aside'", finding.RepairPlan);

        var repair = HostRepairs.Run(finding);

        Assert.Equal(HostRepairOutcome.Repaired, repair.Outcome);
        Assert.Equal($"mv '{anchors}.set-aside/leaf.crt.2' '{anchors}/leaf.crt'", repair.Undo);
        Assert.Equal(HostPki.Client().Name, CertificateReader.ReadFile($"{anchors}.set-aside/leaf.crt.2")[0].Name);
        Assert.Empty(Examine().Findings);
        Assert.Equal(HostRepairOutcome.Changed, HostRepairs.Run(finding).Outcome);
    }

    [SkippableFact]
    public void The_folder_for_what_was_set_aside_is_its_owners_alone()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        Anchor("ca.crt", PemBlock.Write("PRIVATE KEY", key.ExportPkcs8()));

        Assert.Equal(HostRepairOutcome.Repaired, HostRepairs.Run(Assert.Single(Examine().Findings)).Outcome);

        Assert.Equal("700", UnixMode.Of($"{anchors}.set-aside"));
        Assert.Equal(["ca.crt"], Directory.EnumerateFiles($"{anchors}.set-aside").Select(Path.GetFileName));
    }

    [SkippableFact]
    public void The_bundle_is_made_anew_by_the_systems_own_tool()
    {
        Skip.IfNot(File.Exists("/usr/sbin/update-ca-certificates"), "update-ca-certificates is not installed; on Debian: apt install ca-certificates");
        Anchor("added.crt", HostPki.Root("Added").ToPem());
        var finding = Assert.Single(Examine().Findings);
        Assert.Equal("Added, and not in the bundle yet: 'Added'.", finding.Cause);
        Assert.Contains("--localcertsdir", finding.RepairPlan, StringComparison.Ordinal);

        Assert.Equal(HostRepairOutcome.Repaired, HostRepairs.Run(finding).Outcome);

        Assert.Empty(Examine().Findings);
        Assert.Contains("Added", CertificateReader.ReadFile(bundle).Select(one => one.Name));
        Assert.Equal(HostRepairOutcome.Changed, HostRepairs.Run(finding).Outcome);

        // Taken away, it has to leave the bundle as well.
        File.Delete(Path.Combine(anchors, "added.crt"));
        finding = Assert.Single(Examine().Findings);
        Assert.Equal("Taken away, and still in the bundle: 'Added'.", finding.Cause);
        Assert.Equal(HostRepairOutcome.Repaired, HostRepairs.Run(finding).Outcome);
        Assert.Equal(["Shipped"], CertificateReader.ReadFile(bundle).Select(one => one.Name));
    }

    // The same on the other families, whose tools can not be run here.
    [SkippableTheory]
    [InlineData("etc/pki/ca-trust/source/anchors", "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "usr/share/pki/ca-trust-source", "update-ca-trust")]
    [InlineData("etc/pki/trust/anchors", "var/lib/ca-certificates/ca-bundle.pem", "usr/share/pki/trust", "update-ca-certificates")]
    [InlineData("etc/ca-certificates/trust-source/anchors", "etc/ca-certificates/extracted/tls-ca-bundle.pem", "usr/share/ca-certificates/trust-source", "update-ca-trust")]
    public void Other_families_have_other_places(string folder, string file, string supplied, string tool)
    {
        using var other = new TemporaryFolder();
        var (added, gone) = (HostPki.Root("Added"), HostPki.Root("Gone"));
        foreach (var (path, content) in new[] { ($"{folder}/any name", added.ToPem()), (file, Shipped + gone.ToPem()), ($"{supplied}/ca-bundle.trust.p11-kit", $"[p11-kit-object-v1]\nlabel: \"Shipped\"\n{Shipped}\n") })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(other.At(path))!);
            File.WriteAllText(other.At(path), content);
        }

        var finding = Assert.Single(Examine(other).Findings);

        Assert.Equal("TrustNotRefreshed", finding.Id);
        Assert.Equal("Added, and not in the bundle yet: 'Added'. Taken away, and still in the bundle: 'Gone'.", finding.Cause);
        Assert.Equal($"Run {tool}", finding.RepairPlan);
        Assert.Equal(ErrorCode.ToolMissing, Assert.Throws<StoreException>(() => HostRepairs.Run(finding)).Code);
    }

    [SkippableFact]
    public void A_system_without_such_folders_has_nothing_to_check()
    {
        using var empty = new TemporaryFolder();

        var report = Examine(empty);

        Assert.All(report.Checks, check => Assert.Equal(HostCheckState.NotApplicable, check.State));
        Assert.Empty(report.NotMade);
    }

    private HostReport Examine(TemporaryFolder? folder = null) => HostExaminer.Examine(new HostOptions
    {
        Root = (folder ?? root).Path,
        Clock = new ManualTimeProvider(HostPki.Now),
        Checks = HostChecks.All.Where(check => check.Areas.Contains(HostArea.TrustFolders)).Select(check => check.Id).ToHashSet(),
    });

    private void Anchor(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(anchors, name))!);
        File.WriteAllText(Path.Combine(anchors, name), content, new UTF8Encoding(false));
    }
}

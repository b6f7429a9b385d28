using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Renewal;
using MtlsTools.Renewal.Files;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Renewal;

/// <summary>How files are put in place: in one step, with their rights, and with a way back.</summary>
public sealed class RenewalSwapTests(RenewalFixture fixture) : IClassFixture<RenewalFixture>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Names_become_links_into_versions_and_former_versions_are_kept()
    {
        SkipOnWindows();
        var old = fixture.Issue();
        var path = fixture.Save(folder, old);

        var first = fixture.Renew(path);
        var second = fixture.Renew(path, new CertificateRenewalOptions { Keep = 2 });

        Assert.Equal(".renewals/server.crt/current/certificate", new FileInfo(path).LinkTarget);
        Assert.Equal(".renewals/server.crt/current/key", new FileInfo(folder.At("server.key")).LinkTarget);
        Assert.Equal("3", new FileInfo(Versions("current")).LinkTarget);
        Assert.Equal([old, first.Certificate!, second.Certificate!], Enumerable.Range(1, 3).Select(number => CertificateReader.ReadIdentity(Versions($"{number}", "certificate"), Versions($"{number}", "key"))));

        // The way back that the guide shows: another version behind the one link.
        File.CreateSymbolicLink(Versions("back"), "2");
        DurableFile.Rename(Versions("back"), Versions("current"));
        Assert.Equal(first.Certificate, CertificateReader.ReadIdentity(path));

        var last = fixture.Renew(path, new CertificateRenewalOptions { Keep = 0 });
        Assert.Equal(last.Certificate, CertificateReader.ReadIdentity(path));
        Assert.Single(Directory.GetDirectories(Versions()), one => new DirectoryInfo(one).LinkTarget is null);
    }

    [SkippableFact]
    public void A_version_that_is_named_instead_of_its_file_is_the_file_or_nothing()
    {
        SkipOnWindows();
        var path = fixture.Save(folder);
        fixture.Renew(path);

        // as a search of the disk finds it
        var result = fixture.By().Renew(RenewalTarget.OfFile(Versions("2", "certificate"), Versions("2", "key")));
        var former = Assert.Throws<InputException>(() => fixture.Renew(Versions("2", "certificate")));

        Assert.Equal(result.Certificate, CertificateReader.ReadIdentity(path));
        Assert.Equal(ErrorCode.NothingToRenew, former.Code);
        Assert.Equal(["2", "3", "current"], Directory.GetDirectories(Versions()).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void A_key_stays_behind_the_door_of_its_own_folder()
    {
        SkipOnWindows();
        var old = fixture.Issue();
        Directory.CreateDirectory(folder.At("certs"));
        Directory.CreateDirectory(folder.At("private"));
        UnixMode.Set(folder.At("private"), "700");
        CertificateExporter.Save(folder.At("certs", "server.pem"), old, ExportFormat.FullChain);
        old.PrivateKey!.Save(folder.At("private", "server.pem"));
        var target = RenewalTarget.OfFile(folder.At("certs", "server.pem"), folder.At("private", "server.pem"));

        fixture.By().Renew(target);
        var result = fixture.By().Renew(target);

        Assert.Equal(result.Certificate, CertificateReader.ReadIdentity(target.Path!, target.KeyPath));
        Assert.Equal("../certs/.renewals/server.pem/current/key", new FileInfo(target.KeyPath!).LinkTarget);
        Assert.StartsWith(folder.At("private"), File.ResolveLinkTarget(target.KeyPath!, returnFinalTarget: true)!.FullName, StringComparison.Ordinal);
        Assert.Equal(["2", "3"], Directory.GetDirectories(folder.At("private", ".renewals", "server.pem")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Owner_group_mode_and_access_list_stay()
    {
        SkipOnWindows();
        var path = fixture.Save(folder);
        var key = folder.At("server.key");
        UnixMode.Set(path, "640");
        UnixMode.Set(key, "440");
        if (Environment.IsPrivilegedProcess)
        {
            Peer.Require("chown").Run("65534:65533", key, path);
            Peer.Require("setfacl").Run("-m", "u:65532:r", key);
        }

        var listed = AccessOf(key);
        fixture.Renew(path);
        fixture.Renew(path);

        Assert.Equal((listed, "640"), (AccessOf(key), UnixMode.Of(path)));
        Assert.Equal("711", UnixMode.Of(Versions("current")));

        string AccessOf(string file) => Peer.Exists("getfacl") ? Peer.Require("getfacl").Run("--absolute-names", "--numeric", "--omit-header", File.ResolveLinkTarget(file, true)?.FullName ?? file).Output : UnixMode.Of(file);
    }

    [SkippableFact]
    public void A_link_into_another_folder_stays_and_what_it_leads_to_is_replaced()
    {
        SkipOnWindows();
        // as certbot lays it out: live/NAME/cert.pem leads to archive/NAME/cert1.pem
        Directory.CreateDirectory(folder.At("archive"));
        Directory.CreateDirectory(folder.At("live"));
        var old = fixture.Issue();
        CertificateExporter.Save(folder.At("archive", "cert1.pem"), old, ExportFormat.FullChain);
        old.PrivateKey!.Save(folder.At("archive", "key1.pem"));
        File.CreateSymbolicLink(folder.At("live", "cert.pem"), "../archive/cert1.pem");
        File.CreateSymbolicLink(folder.At("live", "key.pem"), folder.At("archive", "key1.pem"));

        var result = fixture.By().Renew(RenewalTarget.OfFile(folder.At("live", "cert.pem"), folder.At("live", "key.pem")));

        Assert.Equal("../archive/cert1.pem", new FileInfo(folder.At("live", "cert.pem")).LinkTarget);
        Assert.Equal(".renewals/cert1.pem/current/certificate", new FileInfo(folder.At("archive", "cert1.pem")).LinkTarget);
        Assert.Equal(result.Certificate, CertificateReader.ReadIdentity(folder.At("live", "cert.pem"), folder.At("live", "key.pem")));
    }

    [SkippableFact]
    public void A_file_that_took_the_place_of_a_link_becomes_one_again()
    {
        SkipOnWindows();
        var path = fixture.Save(folder);
        fixture.Renew(path);
        var byHand = fixture.Issue();
        File.Delete(path);
        File.Delete(folder.At("server.key"));
        fixture.Save(folder, byHand);

        var result = fixture.Renew(path);

        Assert.Equal(byHand, result.Former);
        Assert.Equal(result.Certificate, CertificateReader.ReadIdentity(path));
        Assert.NotNull(new FileInfo(path).LinkTarget);
        Assert.Equal(byHand, CertificateReader.ReadIdentity(Versions("3", "certificate"), Versions("3", "key")));
    }

    [Fact]
    public void Without_links_files_stay_files_and_the_former_ones_are_kept()
    {
        var old = fixture.Issue();
        var path = fixture.Save(folder, old);
        var options = new CertificateRenewalOptions { NoLink = true };

        fixture.Renew(path, options);
        var result = fixture.Renew(path, options);

        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(result.Certificate, CertificateReader.ReadIdentity(path));
        Assert.Equal(result.Former, CertificateReader.ReadIdentity(Versions("2", "certificate"), Versions("2", "key")));
        Assert.Equal([".renewals", "server.crt", "server.key"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    // killed before the first rename, between the two, and after both
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_links_a_swap_that_was_begun_is_finished_by_the_next_run(int renamed)
    {
        var path = fixture.Save(folder);
        var options = new CertificateRenewalOptions { NoLink = true, IfNeeded = true };
        var next = fixture.Issue();
        Directory.CreateDirectory(Versions());
        CertificateExporter.Save(DurableFile.Temporary(path), next, ExportFormat.FullChain);
        next.PrivateKey!.Save(DurableFile.Temporary(folder.At("server.key")));
        File.WriteAllText(Versions("journal"), $"{path}\n{folder.At("server.key")}");
        foreach (var file in new[] { path, folder.At("server.key") }.Take(renamed))
            File.Move(DurableFile.Temporary(file), file, overwrite: true);

        // A plan sees what it will be, and changes nothing.
        Assert.Equal(next, fixture.By(options: options).Plan(RenewalTarget.OfFile(path)).Current);
        Assert.True(File.Exists(Versions("journal")));

        var finished = fixture.Renew(path, options);

        Assert.Equal((RenewalState.NotDue, next), (finished.State, finished.Certificate));
        Assert.Equal(next, CertificateReader.ReadIdentity(path));
        Assert.False(File.Exists(Versions("journal")));
        Assert.Equal(next, fixture.Renew(path, options with { IfNeeded = false }).Former);
    }

    [SkippableFact]
    public void A_key_that_another_certificate_uses_too_is_not_changed()
    {
        SkipOnWindows();
        var path = fixture.Save(folder);
        fixture.Renew(path);
        var key = folder.At("server.key");
        using var shared = PrivateKey.Open(key);
        CertificateExporter.Save(folder.At("second.crt"), fixture.Issue(key: shared), ExportFormat.FullChain);
        var target = RenewalTarget.OfFile(folder.At("second.crt"), key);

        var refused = Assert.Throws<KeyException>(() => fixture.By().Renew(target));

        Assert.Equal((ErrorCode.KeyShared, key), (refused.Code, refused.Path));
        Assert.True(CertificateReader.ReadIdentity(path).HasPrivateKey);
    }

    [Fact]
    public void That_a_program_was_not_told_is_remembered()
    {
        var path = fixture.Save(folder);
        var renewal = fixture.By(options: new CertificateRenewalOptions { ExpectsReload = true, IfNeeded = true, RenewAfterShare = 0 });
        renewal.Renew(RenewalTarget.OfFile(path));

        var again = renewal.Plan(RenewalTarget.OfFile(path));
        Assert.True(again.IsReloadPending);
        again.MarkReloaded();

        Assert.False(renewal.Plan(RenewalTarget.OfFile(path)).IsReloadPending);
    }

    private static void SkipOnWindows() => Skip.If(OperatingSystem.IsWindows(), "A link to a folder can not be replaced in one step there, so files stay files.");

    private string Versions(params string[] names) => folder.At([".renewals", "server.crt", .. names]);
}

using System.Globalization;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Renewal;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Renewal;

/// <summary>Real processes, killed, at once, and on a full disk: who resolves both names finds a pair at every moment, and the next run goes through. MTLSTOOLS_RENEWAL_KILLS says how many are killed (6).</summary>
public sealed class RenewalProcessTests(RenewalFixture fixture) : IClassFixture<RenewalFixture>, IDisposable
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("MTLSTOOLS_RENEWAL_KILLS") ?? "6", CultureInfo.InvariantCulture);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    // files that are links, and files that are renamed one after the other
    [InlineData("link")]
    [InlineData("rename")]
    public void Whenever_a_renewal_is_killed_the_pair_fits_and_the_next_one_goes_through(string way)
    {
        Skip.If(OperatingSystem.IsWindows(), "Ending a process by force is another thing there.");
        var own = TestAuthority.Create(folder, "own");
        var isLinked = way == "link";
        using var reader = new PairReader();
        for (var count = 0; count < Kills / 2; count++)
        {
            // Each from files that are no links yet, so that kills meet the change to links as well.
            var path = SaveNew(own, $"server{count}");
            if (isLinked)
                reader.Watch(path);
            using (var process = IssuerProcess.Start("update", own.Path, path, way))
            {
                process.WaitFor("ready\n");
                Thread.Sleep(count * 60 / Math.Max(1, Kills / 2));
                process.Kill();
                Assert.Equal("", process.WaitForExit(TimeSpan.FromSeconds(30)).Error);
            }

            if (isLinked)
                Assert.True(CertificateReader.ReadIdentity(path).HasPrivateKey);
            var result = new CertificateRenewal(own, new CertificateRenewalOptions { NoLink = !isLinked }).Renew(RenewalTarget.OfFile(path));
            Assert.Equal(RenewalState.Renewed, result.State);
            Assert.Equal(result.Certificate, CertificateReader.ReadIdentity(path));
            Assert.Equal([".renewals", Path.GetFileName(path), Path.GetFileName(path).Replace(".crt", ".key", StringComparison.Ordinal)], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }

        reader.CheckFoundPairsOnly(isLinked);
    }

    [SkippableFact]
    public void Processes_that_renew_the_same_files_at_once_take_turns()
    {
        var own = TestAuthority.Create(folder, "own");
        var path = SaveNew(own, "server");
        using var reader = new PairReader();
        reader.Watch(path);
        var running = Enumerable.Range(0, 2).Select(_ => IssuerProcess.Start("update", own.Path, path, "link", "5")).ToList();

        var results = running.Select(process => process.WaitForExit(TimeSpan.FromSeconds(120))).ToList();

        running.ForEach(process => process.Dispose());
        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        Assert.Equal(10, results.SelectMany(result => IssuerProcess.Serials(result.Output)).Distinct().Count());
        Assert.Contains(CertificateReader.ReadIdentity(path).SerialNumber, results.SelectMany(result => IssuerProcess.Serials(result.Output)));
        reader.CheckFoundPairsOnly(OperatingSystem.IsLinux());
    }

    [SkippableFact]
    public void A_full_disk_or_one_that_is_not_writable_leaves_the_old_pair()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.UserName != "root", "Mounting a small disk needs root on Linux.");
        var mount = Peer.Require("mount");
        var disk = Directory.CreateDirectory(folder.At("disk")).FullName;
        Skip.If(mount.Try("-t", "tmpfs", "-o", "size=256k", "none", disk).ExitCode != 0, "This system does not let root mount a disk.");
        try
        {
            var old = fixture.Issue();
            CertificateExporter.Save(Path.Combine(disk, "server.crt"), old, ExportFormat.FullChain);
            old.PrivateKey!.Save(Path.Combine(disk, "server.key"));
            foreach (var isLinked in new[] { false, true })
            {
                for (var pages = 0; pages < 8; pages++)
                {
                    Fill(Path.Combine(disk, "filler"), pages);
                    CheckThatTheOldOneStays(old, isLinked);
                }
            }

            File.Delete(Path.Combine(disk, "filler"));
            mount.Run("-o", "remount,ro", disk);
            var issued = fixture.Issuing.GetIssued().Count();
            Assert.Equal(ErrorCode.PathNotWritable, Assert.Throws<OutputException>(() => fixture.Renew(Path.Combine(disk, "server.crt"))).Code);
            Assert.Equal(issued, fixture.Issuing.GetIssued().Count()); // refused before anything is issued
            mount.Run("-o", "remount,rw", disk);
            Assert.Equal(RenewalState.Renewed, fixture.Renew(Path.Combine(disk, "server.crt")).State);
        }
        finally
        {
            Peer.Require("umount").Run(disk);
        }
    }

    private void CheckThatTheOldOneStays(MtlsCertificate old, bool isLinked)
    {
        var path = folder.At("disk", "server.crt");
        var before = CertificateReader.ReadIdentity(path);
        try
        {
            fixture.Renew(path, new CertificateRenewalOptions { NoLink = !isLinked, Keep = 0 });
        }
        catch (OutputException full)
        {
            Assert.Equal(ErrorCode.PathNotWritable, full.Code);
            Assert.Equal(before, CertificateReader.ReadIdentity(path));
            return;
        }

        // There was room enough.
        Assert.NotEqual(before, CertificateReader.ReadIdentity(path));
        Assert.NotEqual(old, CertificateReader.ReadIdentity(path));
    }

    private string SaveNew(CertificateAuthority by, string name)
    {
        Directory.CreateDirectory(folder.At(name));
        var issued = fixture.Issue(by);
        CertificateExporter.Save(folder.At(name, name + ".crt"), issued, ExportFormat.FullChain);
        issued.PrivateKey!.Save(folder.At(name, name + ".key"));
        return folder.At(name, name + ".crt");
    }

    /// <summary>Leaves so many pages free.</summary>
    private static void Fill(string path, int pages)
    {
        File.Delete(path);
        using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        var page = new byte[4096];
        try
        {
            while (true)
                filler.Write(page);
        }
        catch (IOException)
        {
            filler.SetLength(Math.Max(0, filler.Length - (pages * page.Length)));
        }
    }

    /// <summary>Reads pairs through their names without a pause, as a program would that starts at the worst moment.</summary>
    private sealed class PairReader : IDisposable
    {
        private readonly CancellationTokenSource ended = new();
        private readonly Thread thread;
        private volatile string? path;
        private volatile string? broken;
        private int pairs;

        internal PairReader()
        {
            thread = new Thread(Run) { IsBackground = true };
            thread.Start();
        }

        public void Dispose()
        {
            ended.Cancel();
            thread.Join();
            ended.Dispose();
        }

        internal void Watch(string certificate) => path = certificate;

        internal void CheckFoundPairsOnly(bool expected)
        {
            Assert.Null(broken);
            Assert.True(!expected || pairs > 0, "Nothing was read.");
        }

        private void Run()
        {
            while (!ended.IsCancellationRequested)
            {
                if (path is { } certificate)
                    Read(certificate, Path.ChangeExtension(certificate, ".key"));
                Thread.Sleep(1);
            }
        }

        /// <summary>What both names meant at one moment: the certificate is the same before and after the key was read.</summary>
        private void Read(string certificate, string keyPath)
        {
            try
            {
                var before = File.ReadAllText(certificate);
                var key = File.ReadAllText(keyPath);
                if (File.ReadAllText(certificate) != before)
                    return;
                using var parsed = PrivateKey.Parse(System.Text.Encoding.ASCII.GetBytes(key));
                if (!parsed.Matches(CertificateReader.Read(System.Text.Encoding.ASCII.GetBytes(before))[0].PublicKey))
                    broken = $"At one moment '{certificate}' and '{keyPath}' did not fit.";
                pairs++;
            }
            catch (Exception missing)
            {
                broken = $"At one moment '{certificate}' could not be read: {missing}";
            }
        }
    }
}

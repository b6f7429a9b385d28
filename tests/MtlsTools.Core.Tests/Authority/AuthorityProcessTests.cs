using System.Globalization;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>Real processes in one CA folder: nothing that was returned is missing, nothing is listed twice, the folder opens. MTLSTOOLS_KILLS says how many are killed (60).</summary>
public sealed class AuthorityProcessTests : IDisposable
{
    private const int AtOnce = 4;

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("MTLSTOOLS_KILLS") ?? "60", CultureInfo.InvariantCulture);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void Eight_processes_issue_500_each()
    {
        const int processes = 8, each = 500;
        TestAuthority.Create(folder, "root");
        var running = Enumerable.Range(0, processes).Select(_ => IssuerProcess.Start("issue", folder.At("root"), each.ToString(CultureInfo.InvariantCulture))).ToList();

        var results = running.Select(process => process.WaitForExit(TimeSpan.FromSeconds(300))).ToList();

        running.ForEach(process => process.Dispose());
        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        var returned = results.SelectMany(result => IssuerProcess.Serials(result.Output)).ToList();
        Assert.Equal(processes * each, returned.Count);
        CheckFolder(folder.At("root"), returned);
        Assert.Equal(processes * each, File.ReadLines(folder.At("root", "index.txt")).Count());
    }

    [SkippableFact]
    public void Nothing_is_lost_when_processes_are_killed_while_they_issue()
    {
        Skip.If(OperatingSystem.IsWindows(), "Ending a process by force is another thing there.");
        TestAuthority.Create(folder, "root");
        var returned = new List<string>();
        Parallel.For(0, AtOnce, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, lane =>
        {
            var random = new Random(lane);
            for (var count = 0; count < Kills / AtOnce; count++)
            {
                using var process = IssuerProcess.Start("issue", folder.At("root"), "1000000");
                process.WaitFor("\n");
                Thread.Sleep(random.Next(12));
                process.Kill();
                var result = process.WaitForExit(TimeSpan.FromSeconds(30));
                Assert.Equal("", result.Error);
                lock (returned)
                    returned.AddRange(IssuerProcess.Serials(result.Output));
            }
        });

        Assert.True(returned.Count >= Kills);
        CheckFolder(folder.At("root"), returned);

        // Later everything that was on its way is in place, or gone.
        foreach (var left in Directory.GetFiles(folder.At("root", ".pending")))
            File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddMinutes(-5));
        var warnings = new List<string>();
        var later = CertificateAuthority.Open(folder.At("root"));
        returned.Add(later.Issue(TestAuthority.Request(), new IssuanceOptions { Profile = CertificateProfile.Client }, warnings.Add).SerialNumber);
        Assert.Empty(Directory.GetFiles(folder.At("root", ".pending")));
        CheckFolder(folder.At("root"), returned);
        Assert.Equal(later.GetIssued().Select(entry => entry.SerialNumber).Order(StringComparer.Ordinal), Directory.GetFiles(folder.At("root", "issued")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void A_CA_opens_and_issues_wherever_a_change_of_its_key_was_killed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Ending a process by force is another thing there.");
        var authority = TestAuthority.Create(folder, "root");
        var returned = new List<string> { authority.Issue(CertificateProfile.Client).SerialNumber };
        for (var count = 0; count < Kills / 5; count++)
        {
            using (var process = IssuerProcess.Start("renew", folder.At("root")))
            {
                process.WaitFor("\n");
                Thread.Sleep(count * 50 / (Kills / 5));
                process.Kill();
                Assert.Equal("", process.WaitForExit(TimeSpan.FromSeconds(30)).Error);
            }

            var opened = CertificateAuthority.Open(folder.At("root"));
            var issued = opened.Issue(CertificateProfile.Client);
            returned.Add(issued.SerialNumber);
            Assert.True(opened.Certificate.IsSelfSigned);
            Assert.Equal(opened.Certificate, Assert.Single(CertificateReader.BuildChain(issued, issued.Chain)));
            returned.Add(opened.Renew(new RenewalOptions()).Issue(CertificateProfile.Client).SerialNumber);
        }

        CheckFolder(folder.At("root"), returned);
    }

    [SkippableFact]
    public void A_full_disk_takes_nothing_that_was_returned()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.UserName != "root", "Mounting a small disk needs root on Linux.");
        var mount = Peer.Require("mount");
        Directory.CreateDirectory(folder.At("disk"));
        Skip.If(mount.Try("-t", "tmpfs", "-o", "size=600k", "none", folder.At("disk")).ExitCode != 0, "This system does not let root mount a disk.");
        try
        {
            CheckThatNoPartOfALineStays(TestAuthority.Create(folder, "disk/torn"), folder.At("disk", "filler"));
            TestAuthority.Create(folder, "disk/root");
            var returned = new List<string>();
            for (var round = 0; round < 3; round++)
            {
                using var process = IssuerProcess.Start("issue", folder.At("disk", "root"), "100000");
                var result = process.WaitForExit(TimeSpan.FromSeconds(60));
                Assert.Contains("refused: PathNotWritable", result.Output, StringComparison.Ordinal);
                returned.AddRange(IssuerProcess.Serials(result.Output));
                CheckFolder(folder.At("disk", "root"), returned);
            }

            Assert.NotEmpty(returned);
            mount.Run("-o", "remount,size=4m", folder.At("disk"));
            returned.Add(CertificateAuthority.Open(folder.At("disk", "root")).Issue(CertificateProfile.Client).SerialNumber);
            CheckFolder(folder.At("disk", "root"), returned);
        }
        finally
        {
            Peer.Require("umount").Run(folder.At("disk"));
        }
    }

    [SkippableFact]
    public void A_file_system_that_locks_nothing_draws_a_warning()
    {
        TestAuthority.Create(folder, "root");
        Skip.If(OperatingSystem.IsWindows(), "Windows always locks.");

        var without = Peer.Require("env").Run("DOTNET_SYSTEM_IO_DISABLEFILELOCKING=1", "dotnet", IssuerProcess.Program, "issue", folder.At("root"), "1");
        var with = Peer.Require("env").Run("dotnet", IssuerProcess.Program, "issue", folder.At("root"), "1");

        Assert.Contains("warning: The file system of", without.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", with.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_million_lines_are_opened_and_listed_in_flat_memory()
    {
        TestAuthority.Create(folder, "root");
        using (var index = new StreamWriter(folder.At("root", "index.txt")) { NewLine = "\n" })
        {
            for (var line = 1; line <= 1_000_000; line++)
                index.WriteLine(string.Create(CultureInfo.InvariantCulture, $"V\t301231235959Z\t\t{line:X32}\tunknown\t/C=FR/O=Acme/CN=client-{line}"));
        }

        using var process = IssuerProcess.Start("list", folder.At("root"));
        var said = process.WaitForExit(TimeSpan.FromSeconds(90)).Output.Split(' ');

        // The goal is 2 seconds and 400 MB on a quiet machine, measured by the benchmark; the memory is the same on a busy one.
        Assert.Equal("1000000", said[0]);
        Assert.InRange(int.Parse(said[1], CultureInfo.InvariantCulture), 1, 200);
    }

    /// <summary>The index has just room for a part of the next line on this page, and the disk for one more page, which the certificate takes.</summary>
    private static void CheckThatNoPartOfALineStays(CertificateAuthority authority, string filler)
    {
        const int page = 4096, room = 20;
        var index = Path.Combine(authority.Path, "index.txt");
        const string line = "V\t301231235959Z\t\t0A\tunknown\t/CN=";
        authority.Issue(CertificateProfile.Client);
        File.AppendAllText(index, line + new string('x', (2 * page) - (int)(new FileInfo(index).Length % page) - line.Length - 1 - room) + "\n");
        var before = File.ReadAllText(index);
        for (var pages = 0; pages < 2; pages++)
        {
            FillAllBut(filler, pages * page);
            Assert.Equal(ErrorCode.PathNotWritable, Assert.Throws<OutputException>(() => authority.Issue(CertificateProfile.Client)).Code);
            Assert.Equal(before, File.ReadAllText(index));
            Assert.Empty(Directory.GetFiles(Path.Combine(authority.Path, ".pending")));
        }

        File.Delete(filler);
        authority.Issue(CertificateProfile.Client);
    }

    private static void FillAllBut(string path, int bytes)
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
            filler.SetLength(Math.Max(0, filler.Length - bytes));
        }
    }

    private static void CheckFolder(string path, List<string> returned)
    {
        var listed = CertificateAuthority.Open(path).GetIssued().ToDictionary(entry => entry.SerialNumber);
        Assert.Equal(returned.Count, returned.Distinct().Count());
        Assert.Empty(returned.Except(listed.Keys));
        Assert.All(returned, serial => Assert.Equal(serial, CertificateReader.ReadFile(listed[serial].Path!)[0].SerialNumber));
        var audit = CertificateAuthority.Open(path).VerifyAudit();
        Assert.True(audit.Success, audit.ToString());
        Assert.True(audit.Count > returned.Count);
    }
}

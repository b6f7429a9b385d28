using System.Globalization;
using MtlsTools.Authority;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Authority;

/// <summary>Processes that die while they publish: every number stands for one list, and the file holds a whole one. MTLSTOOLS_KILLS says how many are killed (60; a sixth of them here).</summary>
public sealed class CrlProcessTests : IDisposable
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("MTLSTOOLS_KILLS") ?? "60", CultureInfo.InvariantCulture) / 6;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public void No_number_is_used_twice_wherever_a_process_was_killed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Ending a process by force is another thing there.");
        var authority = TestAuthority.Create(folder, "ca");
        for (var count = 0; count < 200; count++)
            File.AppendAllText(folder.At("ca", "index.txt"), $"R\t401231235959Z\t250101000000Z\t{count + 16:X2}\tunknown\t/CN=client {count}\n");
        var hashes = new Dictionary<string, string>();
        var random = new Random(7);
        for (var count = 0; count < Kills; count++)
        {
            using var process = IssuerProcess.Start("publish", folder.At("ca"));
            process.WaitFor("\n");
            Thread.Sleep(random.Next(15));
            process.Kill();
            var result = process.WaitForExit(TimeSpan.FromSeconds(30));
            Assert.Equal("", result.Error);
            foreach (var line in result.Output[..(result.Output.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Remember(line.Split(' '));

            // Whatever was going on, what servers read now is a whole list of this CA.
            var list = Assert.Single(CertificateRevocationList.ReadFile(authority.CrlPath));
            Assert.True(list.IsSignedBy(authority.Certificate));
            Assert.Equal(200, list.Count);
            Remember([list.Number!.Value.ToString(CultureInfo.InvariantCulture), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(list.RawData.Span))]);
        }

        Assert.True(hashes.Count >= Kills);
        var last = authority.PublishCrl();
        Assert.True(last.Number > hashes.Keys.Max(number => int.Parse(number, CultureInfo.InvariantCulture)));
        Assert.DoesNotContain(authority.VerifyAudit().Findings, finding => finding.Severity == MtlsTools.Verification.FindingSeverity.Error);
        var told = authority.GetAudit().Where(entry => entry.Event == AuditEvent.CrlPublished).Select(entry => entry.CrlNumber).ToList();
        Assert.Equal(told.Distinct().Count(), told.Count);

        void Remember(string[] numberAndHash) => Assert.Equal(numberAndHash[1], hashes[numberAndHash[0]] = hashes.GetValueOrDefault(numberAndHash[0], numberAndHash[1]));
    }
}

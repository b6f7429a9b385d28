using System.Globalization;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Rotation;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Rotation;

/// <summary>A process that steps is killed: what is in place belongs together, and the next one takes up what was begun. MTLSTOOLS_KILLS says how often (3).</summary>
public sealed class RotationProcessTests
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("MTLSTOOLS_KILLS") ?? "3", CultureInfo.InvariantCulture);

    private static readonly string[] Names = ["alice", "server"];

    [SkippableFact]
    public void Wherever_a_step_was_killed_the_files_belong_together_and_the_rotation_goes_on()
    {
        Skip.If(OperatingSystem.IsWindows(), "Ending a process by force is another thing there.");
        var died = new HashSet<string>();
        for (var count = 0; count < Kills; count++)
        {
            using var world = new RotationWorld(DateTimeOffset.UtcNow, "alice");
            var kind = count % 2 == 0 ? RotationKind.Ca : RotationKind.Certificate;
            MtlsRotation.Create(world.File, kind == RotationKind.Ca ? world.CaOptions : world.CertificateOptions with { CrlFiles = [world.At("crl.pem")] });
            using (var process = IssuerProcess.Start("rotate", world.File))
            {
                process.WaitFor("ready\n");
                Thread.Sleep(count * 600 / Kills);
                process.Kill();
                Assert.Equal("", process.WaitForExit(TimeSpan.FromSeconds(30)).Error);
            }

            var opened = MtlsRotation.Open(world.File);
            died.Add(opened.ToString());
            CheckFiles(world);
            while (!opened.IsFinished)
                opened = opened.Advance(new RotationStepOptions { Early = true, Done = true });
            CheckFiles(world);
            CheckEnd(world, kind);
        }

        Assert.NotEmpty(died);
    }

    private static void CheckFiles(RotationWorld world)
    {
        Assert.All(Names, name => Assert.True(world.Identity(name).HasPrivateKey));
        Assert.NotEmpty(CertificateReader.ReadFile(world.At("server-trust.crt")));
        Assert.NotEmpty(CertificateReader.ReadFile(world.At("client-trust.crt")));
        Assert.True(CertificateAuthority.Open(world.At("ca")).GetIssued().Any());
        if (Directory.Exists(world.At("ca-next")))
            Assert.Equal("Acme CA G2", CertificateAuthority.Open(world.At("ca-next")).Name);
    }

    private static void CheckEnd(RotationWorld world, RotationKind kind)
    {
        var trusted = CertificateReader.ReadFile(world.At("server-trust.crt"));
        Assert.Single(trusted);
        Assert.True(EndpointEvidence.Verifies(world.Identity("alice"), trusted, DateTimeOffset.UtcNow, CertificatePurpose.Client));

        // Nothing was issued twice, however often it was begun.
        var issuing = CertificateAuthority.Open(kind == RotationKind.Ca ? world.At("ca-next") : world.At("ca"));
        Assert.Equal(Names, issuing.GetIssued().Where(entry => entry is { Status: IssuedStatus.Valid, Name: "alice" or "server" }).Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(world.At("rotation.files"), "*.key", SearchOption.AllDirectories));
    }
}

using System.Net;
using System.Net.Sockets;
using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>A configuration is checked and run by the program that it is for. Whom the programs let in is in <see cref="ConfigMatrixTests"/>.</summary>
public sealed class ConfigRunTests(ConfigFixture fixture) : IClassFixture<ConfigFixture>
{
    private ConfigOptions Options => fixture.ServerOptions();

    [SkippableFact]
    public void What_the_program_refuses_is_quoted()
    {
        Peer.Require("nginx");
        var (certificate, key) = fixture.Files.Pki.SavePair("mismatch", fixture.Files.Pki.Server);
        var config = MtlsConfig.Create(Options with { Certificate = CertificateReader.ReadIdentity(certificate, key, null) });
        using (var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256))
            other.Save(key, overwrite: true);

        var check = config.Test();
        var error = Assert.Throws<ServerException>(() => config.Start());

        Assert.False(check.Success);
        Assert.Contains("key values mismatch", check.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("nginx -t", check.Command, StringComparison.Ordinal);
        Assert.Same(check, config.Check);
        Assert.Equal(ErrorCode.ConfigNotStarted, error.Code);
        Assert.Contains("key values mismatch", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Null(config.Process);
        Assert.Empty(Leftovers(check.Command));
    }

    [SkippableFact]
    public void What_was_started_ends_and_leaves_nothing()
    {
        Peer.Require("nginx");
        using var memory = new TemporaryFolder();

        var process = MtlsConfig.Create(Options with { Certificate = LivePki.Issue("memory", fixture.Files.Pki.ServerInter, CertificateProfile.Server, "localhost"), Directory = memory.At("never written") }).Start();

        var folder = Folder(process.Command);
        Assert.True(process.IsRunning && Loopback.Accepts(process.Port));
        Assert.Equal(new Uri($"https://localhost:{process.Port}/"), process.Uri);
        Assert.Equal(("700", "600"), (UnixMode.Of(folder), UnixMode.Of(Path.Combine(folder, "server.key"))));
        Assert.False(Directory.Exists(memory.At("never written")));

        // The port is open before nginx has written a line, and before it knows what to do when it is asked to end.
        Assert.True(SpinWait.SpinUntil(() => process.Log.Contains("worker process", StringComparison.Ordinal), TimeSpan.FromSeconds(30)), process.Log);
        process.Stop();
        process.Stop();

        Assert.False(process.IsRunning || Loopback.Accepts(process.Port) || Directory.Exists(folder));
        Assert.EndsWith(": exit", process.Log.TrimEnd(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_port_that_is_taken_is_said_and_not_exchanged()
    {
        Peer.Require("nginx");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var error = Assert.Throws<ServerException>(() => MtlsConfig.Create(Options with { Port = ((IPEndPoint)taken.LocalEndpoint).Port }).Start());

        Assert.Equal(ErrorCode.PortInUse, error.Code);
    }

    [SkippableFact]
    public void A_missing_program_is_named_with_its_package()
    {
        Skip.If(Peer.Exists("envoy"), "Envoy is installed here.");

        var error = Assert.Throws<StoreException>(() => MtlsConfig.Create(Options with { Target = ConfigTarget.Envoy }).Test());

        Assert.Equal(ErrorCode.ToolMissing, error.Code);
        Assert.Contains("'envoy' is not on PATH, and the configuration can not be tried without it. Its makers' packages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_program_of_this_machine_could_try_is_refused()
    {
        var elsewhere = OperatingSystem.IsWindows() ? ConfigPlatform.Unix : ConfigPlatform.Windows;
        var config = MtlsConfig.Create(Options with { Platform = elsewhere });

        Assert.Equal(ErrorCode.ConfigNotRunnable, Assert.Throws<InputException>(() => config.Test()).Code);
        Assert.Equal(ErrorCode.ConfigNotRunnable, Assert.Throws<InputException>(() => config.Start()).Code);
    }

    [SkippableFact]
    public void A_stop_ends_what_is_running()
    {
        Peer.Require("nginx");
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => MtlsConfig.Create(Options).Test(stopped.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => MtlsConfig.Create(Options).Start(stopped.Token));
    }

    private static string Folder(string command) => Path.GetDirectoryName(command.Split(' ').Single(word => word.EndsWith("nginx-main.conf", StringComparison.Ordinal)))!;

    private static string[] Leftovers(string command) => Directory.Exists(Folder(command)) ? Directory.GetFiles(Folder(command)) : [];
}

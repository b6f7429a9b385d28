using MtlsTools.Certificates;
using MtlsTools.Configuration;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Configuration;

/// <summary>ASP.NET Core runs what was made for it. It is compiled once: all that differs between the modes stands in appsettings.json.</summary>
public sealed class KestrelTests(ConfigFixture fixture) : IClassFixture<ConfigFixture>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableFact]
    public async Task It_lets_in_whom_it_should_and_shows_a_renewed_certificate()
    {
        var dotnet = Peer.Require("dotnet");
        var ports = Loopback.FreePorts(2);
        var mtls = MtlsConfig.Create(Options(ConfigMode.Mtls, Save(fixture.Files.Pki.Server)));
        using var built = mtls.Start();
        var optional = Save(ConfigMode.Optional, ports[0]);
        var tls = Save(ConfigMode.Tls, ports[1]);
        var program = built.Command.Split(' ')[1];
        using var second = dotnet.Start(program, "--contentRoot", optional);
        using var third = dotnet.Start(program, "--contentRoot", tls);
        Assert.True(SpinWait.SpinUntil(() => Array.TrueForAll(ports, Loopback.Accepts), Patience), second.All + third.All);

        await ExpectAsync(built.Port, good: true, none: false, other: false);
        await ExpectAsync(ports[0], good: true, none: true, other: false);
        await ExpectAsync(ports[1], good: true, none: true, other: true);

        var renewed = LivePki.Issue("renewed", fixture.Files.Pki.ServerInter, CertificateProfile.Server, "localhost,127.0.0.1");
        Save(renewed);
        Assert.True(SpinWait.SpinUntil(() => renewed.Equals(Ask(built.Port, "good").Result.ServerCertificate), Patience), built.Log);
    }

    private async Task ExpectAsync(int port, bool good, bool none, bool other)
    {
        foreach (var (kind, expected) in new[] { ("good", good), ("none", none), ("other CA", other) })
        {
            var report = await Ask(port, kind);
            Assert.True(expected == (report.Stage == ConnectionStage.Done), $"{kind}: {report.Stage}\n{string.Join('\n', report.Findings)}");
        }
    }

    private Task<ConnectionReport> Ask(int port, string kind) => ConnectionTester.TestAsync(
        ConnectionTarget.Parse($"localhost:{port}"), new ConnectionOptions { Certificate = fixture.Files.Client(kind), TrustedCas = fixture.ServerCa });

    private string Save(ConfigMode mode, int port)
    {
        var path = folder.At($"{mode}");
        MtlsConfig.Create(Options(mode, fixture.Server) with { Directory = path, Port = port, Address = System.Net.IPAddress.Loopback }).Save();
        return path;
    }

    private ConfigOptions Options(ConfigMode mode, MtlsCertificate server) => fixture.ServerOptions(ConfigTarget.Kestrel) with
    {
        Mode = mode,
        Certificate = server,
        TrustedCas = mode == ConfigMode.Tls ? [] : fixture.ClientCa,
    };

    /// <summary>The key before the certificate, which is what Kestrel watches.</summary>
    private MtlsCertificate Save(MtlsCertificate certificate)
    {
        var (file, key) = fixture.Files.Pki.SavePair("kestrel", certificate);
        return CertificateReader.ReadIdentity(file, key, null);
    }
}

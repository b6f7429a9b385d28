using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Lab;
using MtlsTools.Server;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Lab;

/// <summary>A lab is there whole or not at all, works, and goes without taking anything along that is not its own.</summary>
public sealed class MtlsLabTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_scenario_has_a_server_that_lets_its_client_in_and_nobody_else()
    {
        using var lab = MtlsLab.Create(new LabOptions { Path = folder.At("lab"), Scenario = LabScenario.All, StartServer = true });

        Assert.Equal([LabScenario.HelloWorld, LabScenario.Workshop, LabScenario.Production], lab.Environments.Select(one => one.Scenario));
        foreach (var one in lab.Environments)
        {
            var report = await TestAsync(one.Server!, one.ClientCertificate, one.TrustedCa, options => options with { CheckEnforcement = true });
            Assert.True(report.Success, $"{one}: {string.Join('\n', report.Findings)}");
            Assert.Equal(ClientAuthentication.Required, report.ClientAuth);
        }

        Assert.Equal(ClientAuthentication.None, (await TestAsync(lab.TlsServer!, null, lab.TrustedCa)).ClientAuth);
        Assert.Equal((2, 4, 2), (lab.HelloWorld!.Authorities.Count, lab.Workshop!.Authorities.Count, lab.Production!.Authorities.Count));
        Assert.Equal(4, lab.Servers.Count);
    }

    [Fact]
    public async Task The_first_set_up_is_at_hand_under_short_names()
    {
        using var lab = MtlsLab.Create(new LabOptions { Path = folder.At("lab"), Scenario = LabScenario.Workshop, StartServer = true });

        Assert.Equal((null, null), (lab.HelloWorld, lab.Bad));
        Assert.Same(lab.Workshop!.Server, lab.Server);
        Assert.Equal(lab.Server!.Uri, lab.Uri);
        Assert.True((await TestAsync(lab.Server, CertificateReader.ReadIdentity(lab.ClientCertificate.Path!, null, null), lab.TrustedCa)).Success, "The files on disk work as well.");
        Assert.Equal("Client C Intermediate CA", lab.ClientCa.Name);
        Assert.Equal("Client C Root CA", lab.TrustedClientCa.Name);
        Assert.True(lab.ClientCa.Issue(AnotherRequest(), new() { Profile = MtlsTools.Issuance.CertificateProfile.Client }).DaysLeft > 80, "The CA goes on issuing.");
    }

    [Fact]
    public void Without_a_path_it_lies_among_the_temporary_files_for_its_owner_alone()
    {
        using var lab = MtlsLab.Create(new LabOptions());

        Assert.StartsWith(Path.GetFullPath(Path.GetTempPath()), lab.Path, StringComparison.Ordinal);
        Assert.Equal(("700", "600"), (UnixMode.Of(lab.Path), UnixMode.Of(lab.ClientCertificate.KeyPath!)));
        Assert.Equal((null, null), (lab.Server, lab.Uri));
    }

    [Fact]
    public void It_stops_its_servers_and_leaves_nothing()
    {
        var lab = MtlsLab.Create(new LabOptions { Path = folder.At("lab"), BadCertificates = true, StartServer = true });
        var servers = lab.Servers;

        Assert.Empty(lab.Remove());

        Assert.All(servers, server => Assert.False(server.IsRunning));
        Assert.False(Directory.Exists(lab.Path));
        Assert.Empty(lab.Remove());
    }

    [Fact]
    public void What_others_put_there_stays()
    {
        var lab = MtlsLab.Create(new LabOptions { Path = folder.At("lab") });
        var mine = Path.Combine(lab.Path, "notes.txt");
        File.WriteAllText(mine, "mine");
        var elsewhere = folder.Write("elsewhere.txt", "kept");
        File.CreateSymbolicLink(Path.Combine(lab.Path, "hello-world", "link.txt"), elsewhere);

        Assert.Equal([mine], MtlsLab.Remove(lab.Path));

        Assert.Equal([mine], Directory.EnumerateFileSystemEntries(lab.Path));
        Assert.Equal("kept", File.ReadAllText(elsewhere));
        Assert.Empty(lab.Remove());
    }

    [Fact]
    public void A_folder_that_was_there_before_stays_empty()
    {
        Directory.CreateDirectory(folder.At("given"));

        MtlsLab.Create(new LabOptions { Path = folder.At("given") }).Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.At("given")));
    }

    [Fact]
    public void A_folder_with_content_is_left_as_it_is()
    {
        var file = folder.Write("file", "x");

        foreach (var place in new[] { folder.Path, file })
            Assert.Equal(ErrorCode.FileExists, Assert.Throws<OutputException>(() => MtlsLab.Create(new LabOptions { Path = place })).Code);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("something else")]
    [InlineData("MtlsTools lab, remove with Remove-MtlsLab\n../other")]
    [InlineData("MtlsTools lab, remove with Remove-MtlsLab\nother")]
    public void Only_a_folder_with_a_true_marker_is_deleted(string? marker)
    {
        Directory.CreateDirectory(folder.At("victim", "other"));
        Directory.CreateDirectory(folder.At("other"));
        if (marker is not null)
            folder.Write(Path.Combine("victim", ".mtls-lab"), marker);

        var failure = Assert.Throws<InputException>(() => MtlsLab.Remove(folder.At("victim")));

        Assert.Equal((ErrorCode.NotALab, folder.At("victim")), (failure.Code, failure.Path));
        Assert.True(Directory.Exists(folder.At("victim", "other")) && Directory.Exists(folder.At("other")));
    }

    [Fact]
    public void A_folder_that_is_a_link_takes_nothing_along()
    {
        var lab = MtlsLab.Create(new LabOptions { Path = folder.At("lab") });
        Directory.Move(Path.Combine(lab.Path, "hello-world"), folder.At("moved"));
        Directory.CreateSymbolicLink(Path.Combine(lab.Path, "hello-world"), folder.At("moved"));

        lab.Remove();

        Assert.False(Directory.Exists(lab.Path));
        Assert.True(File.Exists(folder.At("moved", "server.key")));
    }

    [Fact]
    public void When_a_server_can_not_start_nothing_is_left()
    {
        MtlsServer? first = null;

        Assert.Throws<ServerException>(() => MtlsLab.Create(new LabOptions { Path = folder.At("lab"), StartServer = true }, options => first is null ? first = MtlsServer.Start(options) : MtlsServer.Start(options with { Port = first.Port })));

        Assert.False(first!.IsRunning);
        Assert.False(Directory.Exists(folder.At("lab")));
    }

    private static MtlsTools.Requests.CertificateSigningRequest AnotherRequest() => TestAuthority.Request("CN=another");

    private static Task<ConnectionReport> TestAsync(MtlsServer server, MtlsCertificate? client, MtlsCertificate trusted, Func<ConnectionOptions, ConnectionOptions>? change = null)
    {
        var options = new ConnectionOptions { Certificate = client, TrustedCas = [trusted] };
        return ConnectionTester.TestAsync(ConnectionTarget.Parse(server.Uri.ToString()), change?.Invoke(options) ?? options);
    }
}

using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Authentication;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Connections.Enforcement;
using MtlsTools.Names;
using MtlsTools.Server;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Enforcement;

/// <summary>What the battery sends, to whom, and what it takes for proof.</summary>
public sealed class EnforcementBatteryTests(LivePki pki) : IClassFixture<LivePki>
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    private const string Forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";

    [Fact]
    public async Task Our_own_server_passes_with_a_good_client_and_every_probe_is_made()
    {
        using var server = Serve(ClientAuthMode.Required);

        var report = await RunAsync(server.Uri, options => options with { Connection = options.Connection with { Certificate = pki.Client } });

        EnforcementPeerTests.AssertSuccess(report);
        Assert.Equal(true, report.GoodClientAccepted);
        Assert.Equal(Enum.GetValues<EnforcementProbe>().Where(probe => probe < EnforcementProbe.IssuedExpired).SelectMany(probe => new[] { (probe, SslProtocols.Tls12), (probe, SslProtocols.Tls13) }), report.Results.Select(result => (result.Probe, result.TlsVersion)));
        Assert.All(report.Results, result => Assert.NotEmpty(result.Evidence));
        Assert.All(report.Results.Where(result => result.Probe == EnforcementProbe.OtherKey), result => Assert.Equal(ProbeOutcome.Impossible, result.Outcome));
        Assert.Equal(2, server.Accepted);
        Assert.Equal([FindingId.ProbeNotMade], report.Findings.Select(finding => finding.Id));
    }

    [Fact]
    public async Task Our_own_server_passes_without_one()
    {
        using var server = Serve(ClientAuthMode.Required);

        EnforcementPeerTests.AssertSuccess(await RunAsync(server.Uri));
        Assert.Equal(0, server.Accepted);
    }

    [Theory]
    [InlineData(ClientAuthMode.None, FindingId.ClientCertificateNotRequested)]
    [InlineData(ClientAuthMode.Optional, FindingId.ClientCertificateOptional)]
    public async Task A_server_that_serves_strangers_fails(ClientAuthMode mode, FindingId finding)
    {
        using var server = Serve(mode);

        var report = await RunAsync(server.Uri);

        Assert.False(report.Success);
        Assert.Contains(EnforcementProbe.NoCertificate, report.Accepted);
        Assert.Equal(finding, report.Findings[0].Id);
    }

    [Fact]
    public async Task No_valid_identity_is_sent_unless_one_is_given()
    {
        var shown = new ConcurrentBag<MtlsCertificate?>();
        using var server = Judging(shown, _ => Forbidden);

        await RunAsync(server, options => options with { Connection = options.Connection with { TrustedCas = null } });

        Assert.True(shown.Count > 15, $"{shown.Count} came.");
        Assert.All(shown.OfType<MtlsCertificate>(), one => Assert.False(CertificateVerifier.Verify(one, new VerificationOptions { TrustedCas = [pki.ClientRoot.Certificate], Intermediates = [pki.ClientInter.Certificate] }).Success));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_good_client_shows_itself_to_the_right_server_alone(bool trustsOwnCas)
    {
        var shown = new ConcurrentBag<MtlsCertificate?>();
        using var server = Judging(shown, _ => Ok);

        var report = await RunAsync(server, options => options with { TlsVersion = SslProtocols.Tls13, Connection = new ConnectionOptions { Certificate = pki.Client, TrustedCas = trustsOwnCas ? [pki.OtherRoot.Certificate] : null } });

        Assert.DoesNotContain(pki.Client, shown);
        Assert.InRange(report.Results.Count(result => result.Outcome == ProbeOutcome.Accepted), trustsOwnCas ? 0 : 8, trustsOwnCas ? 0 : 10);
        Assert.False(report.Success);
        Assert.Contains(EnforcementProbe.GoodClient, report.NotTested);
    }

    [Theory]
    [InlineData(Forbidden)]
    [InlineData("")]
    public async Task A_refusal_by_the_application_is_proved_by_the_good_client(string answer)
    {
        using var server = Judging([], client => pki.Client.Equals(client) ? Ok : answer);
        EnforcementProbe[] few = [EnforcementProbe.NoCertificate, EnforcementProbe.OtherCa];

        var alone = await RunAsync(server, options => options with { Probes = few });
        var proved = await RunAsync(server, options => options with { Probes = [.. few, EnforcementProbe.GoodClient], Connection = options.Connection with { Certificate = pki.Client } });

        Assert.All(alone.Results, result => Assert.Equal((ProbeOutcome.Unproven, false), (result.Outcome, result.Success)));
        Assert.False(alone.Success);
        Assert.Equal([FindingId.RefusalUnproven], alone.Findings.Select(finding => finding.Id));
        EnforcementPeerTests.AssertSuccess(proved);
        Assert.Contains("good client", proved.Results[^1].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_client_that_is_kept_out_fails_the_server()
    {
        using var server = Serve(ClientAuthMode.Required);

        var report = await RunAsync(server.Uri, options => options with { Connection = options.Connection with { Certificate = pki.ClientOf("other CA") } });

        Assert.Equal((false, false), (report.Success, report.GoodClientAccepted));
        Assert.Equal(FindingId.ClientCertificateUntrusted, report.Findings[0].Id);
        Assert.Empty(report.Accepted);
    }

    [Fact]
    public async Task A_client_without_its_intermediate_is_the_good_client_and_may_get_in_where_the_server_has_it()
    {
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate, pki.ClientInter.Certificate] });

        var report = await RunAsync(server.Uri, options => options with { Probes = [EnforcementProbe.GoodClient, EnforcementProbe.NoIntermediate], Connection = options.Connection with { Certificate = pki.Client } });

        EnforcementPeerTests.AssertSuccess(report);
        Assert.All(report.Results.Where(result => result.Probe == EnforcementProbe.NoIntermediate), result => Assert.Equal((ExpectedOutcome.Either, ProbeOutcome.Accepted), (result.Expected, result.Outcome)));
    }

    [Fact]
    public async Task Where_nothing_listens_nothing_is_proved()
    {
        using var folder = new TemporaryFolder();
        var ca = TestAuthority.Create(folder, "ca");

        var report = await RunAsync(new Uri($"https://localhost:{Loopback.FreePorts(1)[0]}"), options => options with { Ca = ca });

        Assert.False(report.Success);
        Assert.Empty(ca.GetIssued());
        Assert.All(report.Results, result => Assert.Equal((ProbeOutcome.NotTested, false), (result.Outcome, result.Success)));
        Assert.Empty(report.TlsVersions);
        Assert.Equal(FindingId.ConnectionRefused, report.Findings[0].Id);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_asked_seventeen_times()
    {
        using var server = ScriptedServer.Silent();

        var report = await RunAsync(new Uri($"https://localhost:{server.Port}"), options => options with { Connection = options.Connection with { Timeout = TimeSpan.FromMilliseconds(200) } });

        Assert.Equal((false, 2), (report.Success, server.Connections));
        Assert.Equal(FindingId.TimedOut, report.Findings[0].Id);
    }

    [Fact]
    public async Task What_the_CA_issues_is_minutes_long_recorded_and_revoked()
    {
        using var folder = new TemporaryFolder();
        var ca = TestAuthority.Create(folder, "ca", change: options => options with { NotBefore = DateTimeOffset.UtcNow.AddDays(-3) });
        var kept = ca.Issue(MtlsTools.Issuance.CertificateProfile.Client);
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [ca.Certificate] });
        var whileRevoked = new ConcurrentBag<IssuedStatus>();

        var report = await EnforcementBattery.RunAsync(Target(server.Uri), new EnforcementOptions { Ca = ca, Connection = Trusting }, result =>
        {
            if (result.Probe == EnforcementProbe.IssuedRevoked)
                whileRevoked.Add(ca.GetIssued().Single(entry => entry.SerialNumber == result.Certificate!.SerialNumber).Status);
        });

        Assert.Equal([EnforcementProbe.IssuedRevoked], report.Accepted);
        Assert.Equal([IssuedStatus.Revoked, IssuedStatus.Revoked], whileRevoked);
        var issued = report.Results.Where(result => result.Probe >= EnforcementProbe.IssuedExpired).Select(result => result.Certificate!).Distinct().ToList();
        Assert.Equal(4, issued.Count);
        Assert.All(issued, one => Assert.InRange(one.NotAfter - one.NotBefore, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(11)));
        Assert.Equal(issued.Select(one => one.SerialNumber).Order(), ca.GetIssued().Where(entry => entry.Status == IssuedStatus.Revoked).Select(entry => entry.SerialNumber).Order());
        Assert.Equal(IssuedStatus.Valid, ca.GetIssued().Single(entry => entry.SerialNumber == kept.SerialNumber).Status);
    }

    [Fact]
    public async Task A_CA_of_this_minute_issues_for_the_test_as_well()
    {
        using var folder = new TemporaryFolder();
        var ca = TestAuthority.Create(folder, "ca");
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [ca.Certificate] });

        var report = await RunAsync(server.Uri, options => options with { Ca = ca, Probes = [EnforcementProbe.IssuedExpired, EnforcementProbe.IssuedNotYetValid, EnforcementProbe.IssuedServerOnly] });

        EnforcementPeerTests.AssertSuccess(report);
        Assert.All(report.Results, result => Assert.Equal(ProbeOutcome.Refused, result.Outcome));
    }

    [Fact]
    public async Task Not_even_a_stop_keeps_them_from_being_revoked()
    {
        using var folder = new TemporaryFolder();
        var ca = TestAuthority.Create(folder, "ca");
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [ca.Certificate] });
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EnforcementBattery.RunAsync(Target(server.Uri), new EnforcementOptions { Ca = ca, Connection = Trusting }, _ => stop.Cancel(), stop.Token));

        Assert.Equal(Enumerable.Repeat(IssuedStatus.Revoked, 4), ca.GetIssued().Select(entry => entry.Status));
    }

    [Fact]
    public async Task What_the_CA_may_not_issue_is_told_and_is_no_success()
    {
        using var folder = new TemporaryFolder();
        var ca = TestAuthority.Create(folder, "ca", change: options => options with { PermittedNames = [NameConstraint.Parse("DNS:acme.example")] });
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [ca.Certificate] });

        var report = await RunAsync(server.Uri, options => options with { Ca = ca, Probes = [EnforcementProbe.NoCertificate, EnforcementProbe.IssuedServerOnly] });

        Assert.False(report.Success);
        Assert.Equal([EnforcementProbe.IssuedServerOnly], report.NotTested);
        Assert.Contains("name constraints", report.Findings.Single(finding => finding.Id == FindingId.ProbeNotMade).Cause, StringComparison.Ordinal);
    }

    private ConnectionOptions Trusting => new() { TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) };

    private MtlsServer Serve(ClientAuthMode mode) => MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientAuth = mode, ClientCas = mode == ClientAuthMode.None ? [] : [pki.ClientRoot.Certificate] });

    /// <summary>A server whose TLS lets everybody in and whose application decides; an empty answer ends the connection without a word.</summary>
    private ScriptedServer Judging(ConcurrentBag<MtlsCertificate?> shown, Func<MtlsCertificate?, string> answer) => ScriptedServer.OnTls(
        pki.Server,
        async (tls, token) =>
        {
            var client = ClientOf(tls);
            shown.Add(client);
            if ((await ScriptedServer.HearAsync(tls, token)).Length > 0 && answer(client) is { Length: > 0 } text)
                await tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), token);
        },
        asks: true);

    private static MtlsCertificate? ClientOf(SslStream tls) => tls.RemoteCertificate is { } shown ? MtlsCertificate.Decode(shown.GetRawCertData()) : null;

    private static ConnectionTarget Target(Uri uri) => ConnectionTarget.Parse(uri.ToString());

    private Task<EnforcementReport> RunAsync(ScriptedServer server, Func<EnforcementOptions, EnforcementOptions>? change = null) => RunAsync(new Uri($"https://localhost:{server.Port}"), change);

    private Task<EnforcementReport> RunAsync(Uri uri, Func<EnforcementOptions, EnforcementOptions>? change = null)
    {
        var options = new EnforcementOptions { Connection = Trusting };
        return EnforcementBattery.RunAsync(Target(uri), change?.Invoke(options) ?? options);
    }
}

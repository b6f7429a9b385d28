using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Connections.Enforcement;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Enforcement;

/// <summary>Real servers, strict and lax: what lets anybody in is found out, what does not passes.</summary>
public sealed class EnforcementPeerTests(EnforcementPeerTests.Servers servers) : IClassFixture<EnforcementPeerTests.Servers>
{
    /// <summary>nginx with each way to treat client certificates.</summary>
    public sealed class Servers : IDisposable
    {
        private static readonly string[] Modes = ["on", "optional", "optional_no_ca", "off", "tls12", "forbidden"];

        private readonly Lazy<NginxServer> nginx;

        public Servers() => nginx = new Lazy<NginxServer>(Start);

        public LivePki Pki { get; } = new();

        public ConnectionTarget Of(string mode) => ConnectionTarget.Parse($"https://localhost:{nginx.Value.Port(Array.IndexOf(Modes, mode))}/hello-world.txt");

        public void Dispose()
        {
            if (nginx.IsValueCreated)
                nginx.Value.Dispose();
            Pki.Dispose();
        }

        private NginxServer Start()
        {
            var pair = Pki.SavePair("server", Pki.Server);
            var asking = $"""ssl_certificate "{pair.Certificate}"; ssl_certificate_key "{pair.Key}"; ssl_client_certificate "{Pki.Save("client-ca.crt", Pki.ClientRoot.Certificate)}";""";
            return NginxServer.Start(Modes.Select(mode => mode switch
            {
                "tls12" => $"{asking} ssl_verify_client on; ssl_protocols TLSv1.2;",
                "forbidden" => $"{asking} ssl_verify_client optional; ssl_protocols TLSv1.2 TLSv1.3; return 403;",
                _ => $"{asking} ssl_verify_client {mode}; ssl_protocols TLSv1.2 TLSv1.3;",
            }).ToArray());
        }
    }

    private LivePki Pki => servers.Pki;

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nginx_that_verifies_passes(bool withGoodClient)
    {
        var report = await RunAsync(servers.Of("on"), options => withGoodClient ? options with { Connection = options.Connection with { Certificate = Pki.Client } } : options);

        AssertSuccess(report);
        Assert.Equal([SslProtocols.Tls12, SslProtocols.Tls13], report.TlsVersions);
        Assert.Equal(withGoodClient ? true : null, report.GoodClientAccepted);
        Assert.All(report.Results.Where(result => result is { Outcome: ProbeOutcome.Refused, Probe: not EnforcementProbe.WeakKey and not EnforcementProbe.WeakSignature }), result => Assert.Contains("400", result.Evidence, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Nginx_that_makes_certificates_optional_fails()
    {
        var report = await RunAsync(servers.Of("optional"));

        Assert.False(report.Success);
        Assert.Equal([EnforcementProbe.NoCertificate], report.Accepted);
        Assert.Equal([FindingId.ClientCertificateOptional], Errors(report));
    }

    [SkippableFact]
    public async Task Nginx_that_believes_any_CA_fails()
    {
        var report = await RunAsync(servers.Of("optional_no_ca"));

        Assert.False(report.Success);
        Assert.Superset(new HashSet<EnforcementProbe> { EnforcementProbe.NoCertificate, EnforcementProbe.SelfSigned, EnforcementProbe.OtherCa, EnforcementProbe.NoIntermediate }, report.Accepted.ToHashSet());
        Assert.Equal([FindingId.ClientCertificateOptional, FindingId.AcceptedUnexpectedly], Errors(report));
    }

    [SkippableFact]
    public async Task Nginx_that_does_not_ask_fails()
    {
        var report = await RunAsync(servers.Of("off"));

        Assert.False(report.Success);
        Assert.Contains(EnforcementProbe.NoCertificate, report.Accepted);
        Assert.Equal([FindingId.ClientCertificateNotRequested], Errors(report));
    }

    [SkippableFact]
    public async Task A_version_that_is_not_offered_lets_nobody_in()
    {
        var report = await RunAsync(servers.Of("tls12"));

        AssertSuccess(report);
        Assert.Equal([SslProtocols.Tls12], report.TlsVersions);
        Assert.All(report.Results.Where(result => result.TlsVersion == SslProtocols.Tls13), result => Assert.Equal(ProbeOutcome.NotOffered, result.Outcome));
        Assert.Contains(report.Findings, finding => finding is { Id: FindingId.NoCommonTlsVersion, Severity: FindingSeverity.Information });
    }

    [SkippableFact]
    public async Task A_server_that_forbids_everything_to_everybody_proves_nothing()
    {
        var report = await RunAsync(servers.Of("forbidden"));

        Assert.False(report.Success);
        Assert.Contains(EnforcementProbe.NoCertificate, report.NotTested);
        Assert.Equal([FindingId.RefusalUnproven], Errors(report));
        Assert.Empty(report.Accepted);
    }

    [SkippableTheory]
    [InlineData("-tls1_2", SslProtocols.Tls12)]
    [InlineData("-tls1_3", SslProtocols.Tls13)]
    public async Task The_workshop_s_openssl_server_only_reports_and_lets_in_whoever_shows_anything(string version, SslProtocols spoken)
    {
        using var server = Start(version, "-Verify", "2");

        var report = await RunAsync(server, options => options with { TlsVersion = spoken, Connection = options.Connection with { Certificate = Pki.Client } });

        Assert.False(report.Success);
        Assert.Equal(true, report.GoodClientAccepted);
        Assert.DoesNotContain(EnforcementProbe.NoCertificate, report.Accepted);
        Assert.Superset(new HashSet<EnforcementProbe> { EnforcementProbe.SelfSigned, EnforcementProbe.OtherCa, EnforcementProbe.LookAlikeCa, EnforcementProbe.Expired, EnforcementProbe.NotYetValid, EnforcementProbe.ServerOnly, EnforcementProbe.CaCertificate }, report.Accepted.ToHashSet());
        var finding = Assert.Single(report.Findings, one => one.Severity == FindingSeverity.Error);
        Assert.Equal(FindingId.AcceptedUnexpectedly, finding.Id);
        Assert.Contains("-verify_return_error", finding.Remedy, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("-tls1_2", SslProtocols.Tls12)]
    [InlineData("-tls1_3", SslProtocols.Tls13)]
    public async Task A_strict_openssl_server_refuses_all_but_what_it_can_not_know(string version, SslProtocols spoken)
    {
        using var server = Start(version, "-Verify", "2", "-verify_return_error");

        var report = await RunAsync(server, options => options with { Ca = Pki.ClientInter, TlsVersion = spoken, Connection = options.Connection with { Certificate = Pki.Client } });

        Assert.Equal([EnforcementProbe.IssuedRevoked], report.Accepted);
        Assert.Empty(report.NotTested);
        var finding = Assert.Single(report.Findings, one => one.Severity == FindingSeverity.Error);
        Assert.Contains("revocation list", finding.Remedy, StringComparison.Ordinal);
        Assert.All(report.Results.Where(result => result is { Outcome: ProbeOutcome.Refused, Probe: not EnforcementProbe.WeakKey and not EnforcementProbe.WeakSignature }), result => Assert.Contains("alert", result.Evidence, StringComparison.Ordinal));
        Assert.Contains("certificate_expired", report.Results.Single(result => result.Probe == EnforcementProbe.IssuedExpired).Evidence, StringComparison.Ordinal);
    }

    private static IEnumerable<FindingId> Errors(EnforcementReport report) => report.Findings.Where(finding => finding.Severity == FindingSeverity.Error).Select(finding => finding.Id);

    internal static void AssertSuccess(EnforcementReport report) => Assert.True(report.Success, string.Join('\n', report.Results.Where(result => !result.Success).Select(result => $"{result}. {result.Evidence}")));

    private OpenSslServer Start(params string[] arguments) =>
        OpenSslServer.Start(Pki.SavePair("openssl", Pki.Server), ["-www", "-CAfile", Pki.ClientRoot.CertificatePath, .. arguments]);

    private Task<EnforcementReport> RunAsync(OpenSslServer server, Func<EnforcementOptions, EnforcementOptions>? change = null) => RunAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), change);

    private Task<EnforcementReport> RunAsync(ConnectionTarget target, Func<EnforcementOptions, EnforcementOptions>? change = null)
    {
        var options = new EnforcementOptions { Connection = new ConnectionOptions { TrustedCas = [Pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) } };
        return EnforcementBattery.RunAsync(target, change?.Invoke(options) ?? options);
    }
}

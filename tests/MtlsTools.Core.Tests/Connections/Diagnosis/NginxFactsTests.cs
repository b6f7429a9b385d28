using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Tests.Peers.Servers;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>What is known of nginx from the field: its lists, its versions, and its answer to plain HTTP.</summary>
public sealed class NginxFactsTests(NginxFactsTests.Server server) : IClassFixture<NginxFactsTests.Server>
{
    [SkippableFact]
    public async Task Without_a_list_a_revoked_client_is_served()
    {
        var report = await TestAsync(0, server.Files.Revoked);

        Assert.Equal((true, 200), (report.ClientCertificateAccepted, report.HttpStatus));
    }

    [SkippableFact]
    public async Task With_the_list_of_the_intermediate_alone_nobody_is_served_and_the_missing_list_is_a_likely_cause()
    {
        var finding = Assert.Single((await TestAsync(1, server.Files.Pki.Client)).Findings);

        Assert.Equal((FindingId.ClientCertificateRejected, FindingSide.Unknown), (finding.Id, finding.Side));
        Assert.Contains("lacks a CRL", finding.Remedy, StringComparison.Ordinal);
        Assert.Contains(server.Files.Pki.Client.SerialNumber, finding.Remedy, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_server_of_another_TLS_version_is_told()
    {
        var finding = Assert.Single((await TestAsync(2, server.Files.Pki.Client, SslProtocols.Tls13)).Findings);

        Assert.Equal(FindingId.NoCommonTlsVersion, finding.Id);
    }

    private Task<ConnectionReport> TestAsync(int block, MtlsCertificate client, SslProtocols version = SslProtocols.None) => ConnectionTester.TestAsync(
        ConnectionTarget.Parse($"localhost:{server.Nginx.Port(block)}"),
        new ConnectionOptions { Certificate = client, TrustedCas = [server.Files.Pki.ServerRoot.Certificate], TlsVersion = version, Timeout = TimeSpan.FromSeconds(30) });

    /// <summary>One nginx: without lists, with the intermediate's alone, with TLS 1.2 alone.</summary>
    public sealed class Server : IDisposable
    {
        private readonly Lazy<NginxServer> nginx;

        public Server() => nginx = new Lazy<NginxServer>(() =>
        {
            var pair = Files.Of(ServerFault.None);
            var asking = $"""ssl_certificate "{pair.Certificate}"; ssl_certificate_key "{pair.Key}"; ssl_client_certificate "{Files.ClientCa}"; ssl_verify_client on; ssl_verify_depth 3; return 200 ok;""";
            return NginxServer.Start(asking, $"""ssl_crl "{Files.InterCrl}"; {asking}""", $"ssl_protocols TLSv1.2; {asking}");
        });

        public ServerFiles Files { get; } = new();

        public NginxServer Nginx => nginx.Value;

        public void Dispose()
        {
            if (nginx.IsValueCreated)
                nginx.Value.Dispose();
            Files.Dispose();
        }
    }
}

using MtlsTools.Server;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Server;

/// <summary>A client is let in only with a certificate that is good in every respect, and the record says what was not.</summary>
public sealed class ServerStrictnessTests(LivePki pki) : IClassFixture<LivePki>
{
    [Theory]
    [InlineData("good", null)]
    [InlineData("other CA", FindingId.IssuerNotFound)]
    [InlineData("self-signed", FindingId.RootNotTrusted)]
    [InlineData("impostor", FindingId.IssuerKeyDiffers)]
    [InlineData("no intermediate", FindingId.IssuerNotFound)]
    [InlineData("expired", FindingId.CertificateExpired)]
    [InlineData("not yet valid", FindingId.CertificateNotYetValid)]
    [InlineData("server only", FindingId.WrongPurpose)]
    [InlineData("a CA", FindingId.WrongPurpose)]
    public async Task Every_fault_refuses(string kind, FindingId? fault)
    {
        foreach (var mode in new[] { ClientAuthMode.Required, ClientAuthMode.Optional })
        {
            using var server = Start(mode);
            var certificate = pki.ClientOf(kind);

            var answer = await RawTls.TryAskAsync(server.Port, certificate);

            var record = WaitForRecord(server);
            Assert.Equal(fault is null, answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
            Assert.Equal((fault is null, certificate), (record.Accepted, record.ClientCertificate));
            Assert.NotNull(record.RemoteEndPoint);
            if (fault is null)
            {
                Assert.Empty(record.Findings);
                Assert.NotNull(record.CipherSuite);
            }
            else
            {
                Assert.Contains(fault.Value, record.Findings.Select(finding => finding.Id));
                Assert.Contains(record.Findings[0].Cause, record.Reason, StringComparison.Ordinal);
                Assert.Equal("", answer);
            }
        }
    }

    [Theory]
    [InlineData("2.5.29.17")]
    [InlineData("2.5.29.19")]
    [InlineData("2.5.29.37")]
    public async Task A_damaged_certificate_is_refused_and_recorded(string oid)
    {
        using var odd = OddCertificate.WithDamaged(oid);
        using var server = Start(ClientAuthMode.Optional);

        var answer = await RawTls.TryAskAsync(() => RawTls.ConnectAsync(server.Port, odd));

        var record = WaitForRecord(server);
        Assert.Equal(("", false), (answer, record.Accepted));
        Assert.NotNull(record.Reason);
    }

    [Theory]
    [InlineData(ClientAuthMode.Required, false)]
    [InlineData(ClientAuthMode.Optional, true)]
    public async Task No_certificate_at_all(ClientAuthMode mode, bool welcome)
    {
        using var server = Start(mode);

        var answer = await RawTls.TryAskAsync(server.Port);

        Assert.Equal(welcome, answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
        var record = WaitForRecord(server);
        Assert.Equal((welcome, welcome ? null : "The client sent no certificate."), (record.Accepted, record.Reason));
    }

    [Fact]
    public async Task Several_CAs_may_be_trusted_and_an_intermediate_known_here_helps_a_client_that_forgot_it()
    {
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.OtherRoot.Certificate, pki.ClientRoot.Certificate, pki.ClientInter.Certificate] });

        foreach (var kind in new[] { "good", "other CA", "no intermediate" })
            Assert.StartsWith("HTTP/1.1 200 ", await RawTls.TryAskAsync(server.Port, pki.ClientOf(kind)), StringComparison.Ordinal);
    }

    [Fact]
    public void Clients_can_not_be_judged_without_a_CA()
    {
        foreach (var mode in new[] { ClientAuthMode.Required, ClientAuthMode.Optional })
            Assert.Equal(ErrorCode.ChainMissing, Assert.Throws<InputException>(() => MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientAuth = mode })).Code);
    }

    private MtlsServer Start(ClientAuthMode mode) => MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, ClientAuth = mode, ClientCas = [pki.ClientRoot.Certificate] });

    private static ServerConnection WaitForRecord(MtlsServer server)
    {
        Assert.True(SpinWait.SpinUntil(() => server.Connections.Count > 0, TimeSpan.FromSeconds(30)));
        return Assert.Single(server.Connections);
    }
}

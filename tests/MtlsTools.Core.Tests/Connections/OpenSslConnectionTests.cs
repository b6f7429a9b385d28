using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Issuance;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>OpenSSL refuses with alerts: inside the handshake under TLS 1.2, after it under TLS 1.3.</summary>
public sealed class OpenSslConnectionTests(LivePki pki) : IClassFixture<LivePki>
{
    /// <summary>Client, the alert under TLS 1.2 and 1.3, what is found, on whose side, how surely.</summary>
    public static TheoryData<bool, string, int, FindingId, FindingSide, FindingConfidence> Refusals()
    {
        var rows = new TheoryData<bool, string, int, FindingId, FindingSide, FindingConfidence>();
        foreach (var tls13 in new[] { false, true })
        {
            rows.Add(tls13, "none", tls13 ? 116 : 40, FindingId.NoClientCertificateSent, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(tls13, "other CA", 48, FindingId.ClientCertificateUntrusted, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(tls13, "self-signed", 48, FindingId.ClientCertificateUntrusted, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(tls13, "no intermediate", 48, FindingId.ClientChainIncomplete, FindingSide.Client, FindingConfidence.Likely);
            rows.Add(tls13, "impostor", 48, FindingId.ClientCertificateRejected, FindingSide.Unknown, FindingConfidence.Possible);
            rows.Add(tls13, "expired", 45, FindingId.ClientCertificateExpired, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(tls13, "not yet valid", 42, FindingId.ClientCertificateNotYetValid, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(tls13, "server only", 43, FindingId.ClientCertificateWrongPurpose, FindingSide.Client, FindingConfidence.Certain);
        }

        return rows;
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_good_client_is_accepted_because_its_intermediate_is_sent(bool tls13)
    {
        using var server = StartStrict(tls13);

        var report = await TestAsync(server, "good", options => options with { CheckEnforcement = true });

        Assert.True(report.Success, string.Join('\n', report.Findings));
        Assert.Equal((ConnectionStage.Done, 200, true), (report.Stage, report.HttpStatus, report.ServerTrusted));
        Assert.Equal((true, true, true), (report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
        Assert.Equal(ClientAuthentication.Required, report.ClientAuth);
        Assert.Equal(tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12, report.Protocol);
    }

    [SkippableTheory]
    [MemberData(nameof(Refusals))]
    public async Task A_bad_client_is_refused_by_an_alert_and_told_why(bool tls13, string client, int alert, FindingId id, FindingSide side, FindingConfidence confidence)
    {
        using var server = StartStrict(tls13);

        var report = await TestAsync(server, client);

        AssertRefused(report, client, alert, id, side, confidence);
        Assert.Equal([pki.ClientRoot.Certificate.Subject.ToString()], report.AcceptableIssuers);
        Assert.Equal(FindingSeverity.Error, report.Findings[0].Severity);
        Assert.False(report.Success);
        var expected = await TestAsync(server, client, options => options with { ExpectRejection = true });
        Assert.True(expected.Success, string.Join('\n', expected.Findings));
        AssertRefused(expected, client, alert, id, side, confidence);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Revocation_is_the_server_s_word(bool tls13)
    {
        var revoked = LivePki.Issue("revoked", pki.ClientInter, CertificateProfile.Client);
        using var server = StartStrict(tls13, "-crl_check", "-CRL", pki.SaveCrl($"{tls13}.crl", pki.ClientInter, revoked));

        AssertRefused(await TestAsync(server, revoked), "", 44, FindingId.ClientCertificateRevoked, FindingSide.Client, FindingConfidence.Certain);
        Assert.True((await TestAsync(server, "good")).Success);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_lacks_a_CRL_blames_the_CA_and_nobody_believes_it(bool tls13)
    {
        using var server = StartStrict(tls13, "-crl_check");

        AssertRefused(await TestAsync(server, "good"), "good", 48, FindingId.ClientCertificateRejected, FindingSide.Unknown, FindingConfidence.Possible);
    }

    [SkippableTheory]
    [InlineData("other CA", false)]
    [InlineData("other CA", true)]
    [InlineData("expired", false)]
    [InlineData("expired", true)]
    public async Task A_lax_server_is_caught(string client, bool tls13)
    {
        using var server = Start(tls13, "-Verify", "2");

        var report = await TestAsync(server, client, options => options with { ExpectRejection = true });

        Assert.False(report.Success);
        Assert.Equal((ConnectionStage.Done, 200, true), (report.Stage, report.HttpStatus, report.ClientCertificateAccepted));
        var finding = Assert.Single(report.Findings);
        Assert.Equal((FindingId.AcceptedUnexpectedly, FindingSide.Server, FindingSeverity.Error), (finding.Id, finding.Side, finding.Severity));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_does_not_ask_is_no_mutual_TLS(bool tls13)
    {
        using var server = Start(tls13);

        var report = await TestAsync(server, "good");

        Assert.Equal((false, ConnectionStage.Done, ClientAuthentication.None), (report.Success, report.Stage, report.ClientAuth));
        Assert.Equal(FindingId.ClientCertificateNotRequested, Assert.Single(report.Findings).Id);
    }

    private OpenSslServer Start(bool tls13, params string[] arguments) =>
        OpenSslServer.Start(pki.SavePair("server", pki.Server), ["-www", tls13 ? "-tls1_3" : "-tls1_2", "-CAfile", pki.ClientRoot.CertificatePath, .. arguments]);

    private OpenSslServer StartStrict(bool tls13, params string[] arguments) => Start(tls13, ["-Verify", "2", "-verify_return_error", .. arguments]);

    private static void AssertRefused(ConnectionReport report, string client, int alert, FindingId id, FindingSide side, FindingConfidence confidence)
    {
        Assert.Equal((alert, ConnectionStage.ClientAuthentication, true), (report.Alert?.Number, report.Stage, report.ServerTrusted));
        Assert.Equal((true, client != "none", client == "none" ? null : false), (report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
        Assert.Equal((ClientAuthentication.Required, null), (report.ClientAuth, report.HttpStatus));
        var finding = report.Findings[0];

        // A wrong CA and a missing intermediate look alike from the client's side, so both are told.
        Assert.Equal(client == "no intermediate" ? [FindingId.ClientCertificateUntrusted] : [], report.Findings.Skip(1).Select(other => other.Id));
        Assert.Equal((id, side, confidence), (finding.Id, finding.Side, finding.Confidence));
    }

    private Task<ConnectionReport> TestAsync(OpenSslServer server, string client, Func<ConnectionOptions, ConnectionOptions>? change = null) => TestAsync(server, pki.ClientOf(client), change);

    private Task<ConnectionReport> TestAsync(OpenSslServer server, MtlsCertificate? client, Func<ConnectionOptions, ConnectionOptions>? change = null)
    {
        var options = new ConnectionOptions { Certificate = client, TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) };
        return ConnectionTester.TestAsync(ConnectionTarget.Parse($"localhost:{server.Port}"), change?.Invoke(options) ?? options);
    }
}

using System.Security.Authentication;
using MtlsTools.Connections;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections;

/// <summary>nginx never refuses in the handshake: its verdict is an HTTP answer.</summary>
public sealed class NginxConnectionTests(NginxServers servers) : IClassFixture<NginxServers>
{
    private readonly LivePki pki = servers.Pki;

    /// <summary>Client, what is found, on whose side, how surely.</summary>
    public static TheoryData<SslProtocols, string, FindingId, FindingSide, FindingConfidence> Refusals()
    {
        var rows = new TheoryData<SslProtocols, string, FindingId, FindingSide, FindingConfidence>();
        foreach (var protocol in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            rows.Add(protocol, "none", FindingId.NoClientCertificateSent, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(protocol, "other CA", FindingId.ClientCertificateUntrusted, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(protocol, "self-signed", FindingId.ClientCertificateUntrusted, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(protocol, "no intermediate", FindingId.ClientChainIncomplete, FindingSide.Client, FindingConfidence.Likely);
            rows.Add(protocol, "expired", FindingId.ClientCertificateExpired, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(protocol, "not yet valid", FindingId.ClientCertificateNotYetValid, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(protocol, "server only", FindingId.ClientCertificateWrongPurpose, FindingSide.Client, FindingConfidence.Certain);
            rows.Add(protocol, "impostor", FindingId.ClientCertificateRejected, FindingSide.Unknown, FindingConfidence.Possible);
        }

        return rows;
    }

    [SkippableTheory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_good_client_is_accepted(SslProtocols protocol)
    {
        foreach (var mode in new[] { "on", "optional" })
        {
            var report = await TestAsync(servers.Of(mode, protocol), "good");

            AssertAccepted(report);
            Assert.Equal(protocol, report.Protocol);
            Assert.Equal(ClientAuthentication.Requested, report.ClientAuth);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Refusals))]
    public async Task A_bad_client_is_refused_and_told_why(SslProtocols protocol, string client, FindingId id, FindingSide side, FindingConfidence confidence)
    {
        var report = await TestAsync(servers.Of("on", protocol), client);

        AssertRefused(report, client, id, side, confidence);
        Assert.Equal(protocol, report.Protocol);
        Assert.Equal(ClientAuthentication.Required, report.ClientAuth);
    }

    [SkippableTheory]
    [MemberData(nameof(Refusals))]
    public async Task Where_a_certificate_is_optional_only_its_absence_is_accepted(SslProtocols protocol, string client, FindingId id, FindingSide side, FindingConfidence confidence)
    {
        var report = await TestAsync(servers.Of("optional", protocol), client);

        Assert.Equal(ClientAuthentication.Optional, report.ClientAuth);
        if (client == "none")
        {
            Assert.True(report.Success, report.ToString());
            Assert.Equal((ConnectionStage.Done, 200, true, false, null), (report.Stage, report.HttpStatus, report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
            Assert.Empty(report.Findings);
        }
        else
        {
            AssertRefused(report, client, id, side, confidence);
        }
    }

    [SkippableTheory]
    [InlineData(SslProtocols.Tls12, "good")]
    [InlineData(SslProtocols.Tls12, "other CA")]
    [InlineData(SslProtocols.Tls13, "good")]
    [InlineData(SslProtocols.Tls13, "other CA")]
    public async Task A_server_that_does_not_ask_authenticates_nobody(SslProtocols protocol, string client)
    {
        var report = await TestAsync(servers.Of("off", protocol), client);

        Assert.False(report.Success);
        Assert.Equal((ConnectionStage.Done, 200, false, false, null), (report.Stage, report.HttpStatus, report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
        Assert.Equal(ClientAuthentication.None, report.ClientAuth);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((FindingId.ClientCertificateNotRequested, FindingSide.Server, FindingConfidence.Certain), (finding.Id, finding.Side, finding.Confidence));
    }

    [SkippableTheory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Without_a_certificate_a_server_that_does_not_ask_is_fine(SslProtocols protocol)
    {
        var report = await TestAsync(servers.Of("off", protocol), "none");

        Assert.True(report.Success, report.ToString());
        Assert.Equal((ConnectionStage.Done, 200, false, false, null), (report.Stage, report.HttpStatus, report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
        Assert.Equal(ClientAuthentication.None, report.ClientAuth);
        Assert.True(report.ServerTrusted);
    }

    [SkippableFact]
    public async Task The_tutorial_s_servers_do_what_it_says()
    {
        AssertAccepted(await TestAsync(servers.Tutorial(mutual: true), "good"));
        Assert.True((await TestAsync(servers.Tutorial(mutual: false), "none")).Success);
        Assert.Equal(FindingId.NoClientCertificateSent, Assert.Single((await TestAsync(servers.Tutorial(mutual: true), "none")).Findings).Id);
        Assert.Equal(FindingId.ClientCertificateUntrusted, Assert.Single((await TestAsync(servers.Tutorial(mutual: true), "other CA")).Findings).Id);
        Assert.Equal(FindingId.ClientCertificateNotRequested, Assert.Single((await TestAsync(servers.Tutorial(mutual: false), "good")).Findings).Id);

        // To ignore the server's certificate does not help the client's.
        var insecure = await ConnectionTester.TestAsync(servers.Tutorial(mutual: true), new ConnectionOptions { SkipServerCheck = true });
        Assert.Equal((ConnectionStage.ClientAuthentication, null), (insecure.Stage, insecure.ServerTrusted));
    }

    [SkippableTheory]
    [InlineData("on", SslProtocols.Tls12, ClientAuthentication.Required)]
    [InlineData("on", SslProtocols.Tls13, ClientAuthentication.Required)]
    [InlineData("optional", SslProtocols.Tls12, ClientAuthentication.Optional)]
    [InlineData("optional", SslProtocols.Tls13, ClientAuthentication.Optional)]
    public async Task Enforcement_is_proved_by_a_second_connection_without_a_certificate(string mode, SslProtocols protocol, ClientAuthentication expected)
    {
        var report = await TestAsync(servers.Of(mode, protocol), "good", options => options with { CheckEnforcement = true });

        Assert.Equal(expected, report.ClientAuth);
        Assert.True(report.ClientCertificateAccepted);
        Assert.Equal([pki.ClientRoot.Certificate.Subject.ToString()], report.AcceptableIssuers);
        if (expected == ClientAuthentication.Required)
            AssertAccepted(report);
        else
            Assert.Equal((FindingId.ClientCertificateOptional, FindingSide.Server), (Assert.Single(report.Findings).Id, report.Findings[0].Side));
        Assert.Equal(expected == ClientAuthentication.Required, report.Success);
    }

    [SkippableTheory]
    [InlineData("none", true)]
    [InlineData("other CA", true)]
    [InlineData("expired", true)]
    [InlineData("good", false)]
    public async Task An_expected_rejection_is_the_success(string client, bool refused)
    {
        foreach (var protocol in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            var report = await TestAsync(servers.Of("on", protocol), client, options => options with { ExpectRejection = true });

            Assert.Equal(refused, report.Success);
            var finding = Assert.Single(report.Findings);
            Assert.Equal(refused ? FindingSeverity.Information : FindingSeverity.Error, finding.Severity);
            Assert.Equal(refused ? ConnectionStage.ClientAuthentication : ConnectionStage.Done, report.Stage);
            Assert.Equal(!refused, finding.Id == FindingId.AcceptedUnexpectedly);
        }
    }

    [SkippableFact]
    public async Task A_forbidden_path_is_no_refusal_of_a_certificate_that_nobody_asked_for()
    {
        var report = await TestAsync(servers.Forbidding, "none");

        Assert.True(report.Success, report.ToString());
        Assert.Equal((ConnectionStage.Done, 403, ClientAuthentication.None), (report.Stage, report.HttpStatus, report.ClientAuth));
        Assert.Equal((FindingId.UnexpectedHttpStatus, FindingSeverity.Information), (Assert.Single(report.Findings).Id, report.Findings[0].Severity));
    }

    [SkippableFact]
    public async Task The_server_s_certificate_is_shown_with_the_chain_it_sent()
    {
        var report = await TestAsync(servers.Of("on", SslProtocols.Tls13), "good");

        Assert.Equal(pki.Server, report.ServerCertificate);
        Assert.Equal([pki.ServerInter.Certificate], report.ServerCertificate!.Chain);
        Assert.NotNull(report.CipherSuite);
        Assert.True(report.Timings.Total > TimeSpan.Zero);
    }

    private static void AssertAccepted(ConnectionReport report)
    {
        Assert.True(report.Success, string.Join('\n', report.Findings));
        Assert.Equal((ConnectionStage.Done, 200, true), (report.Stage, report.HttpStatus, report.ServerTrusted));
        Assert.Equal((true, true, true), (report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
        Assert.Null(report.Alert);
        Assert.Empty(report.Findings);
    }

    private void AssertRefused(ConnectionReport report, string client, FindingId id, FindingSide side, FindingConfidence confidence)
    {
        Assert.False(report.Success);
        Assert.Equal((ConnectionStage.ClientAuthentication, 400, true), (report.Stage, report.HttpStatus, report.ServerTrusted));
        Assert.Equal((true, client != "none", client == "none" ? null : false), (report.ClientCertificateRequested, report.ClientCertificateSent, report.ClientCertificateAccepted));
        Assert.Equal([pki.ClientRoot.Certificate.Subject.ToString()], report.AcceptableIssuers);
        Assert.Null(report.Alert);
        var finding = report.Findings[0];

        // A wrong CA and a missing intermediate look alike from the client's side, so both are told.
        Assert.Equal(client == "no intermediate" ? [FindingId.ClientCertificateUntrusted] : [], report.Findings.Skip(1).Select(other => other.Id));
        Assert.Equal((id, side, confidence, FindingSeverity.Error), (finding.Id, finding.Side, finding.Confidence, finding.Severity));
    }

    private Task<ConnectionReport> TestAsync(ConnectionTarget target, string client, Func<ConnectionOptions, ConnectionOptions>? change = null)
    {
        var options = new ConnectionOptions { Certificate = pki.ClientOf(client), TrustedCas = [pki.ServerRoot.Certificate], Timeout = TimeSpan.FromSeconds(30) };
        return ConnectionTester.TestAsync(target, change?.Invoke(options) ?? options);
    }
}

using System.Net.Sockets;
using MtlsTools.Certificates;
using MtlsTools.Connections;
using MtlsTools.Connections.Application;
using MtlsTools.Connections.Diagnosis;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Connections.Diagnosis;

/// <summary>Plain evidence in, findings out: what real servers need to be provoked into, or other systems alone show.</summary>
public sealed class ConnectionDiagnosisTests(LivePki pki) : IClassFixture<LivePki>
{
    /// <summary>What a line of the table needs of the evidence, by the line's name.</summary>
    private static readonly Dictionary<string, Func<ConnectionEvidence, LivePki, ConnectionEvidence>> Lines = new()
    {
        ["no certificate was sent"] = (evidence, _) => evidence with { ClientCertificate = null, CertificateSent = false },
        ["no certificate arrived"] = (evidence, _) => evidence with { Alert = Said(116) },
        ["what the server says is borne out here"] = (evidence, pki) => evidence with { ClientCertificate = pki.ClientOf("expired") },
        ["revoked, by the server's word"] = (evidence, _) => evidence with { Alert = Said(44) },
        ["expired, by the server's word"] = (evidence, _) => evidence with { Alert = Said(45) },
        ["wrong purpose, by the server's word"] = (evidence, _) => evidence with { Alert = Said(43) },
        ["unknown CA, and the server names none that it knows"] = (evidence, _) => evidence with { Alert = Said(48), AcceptableIssuers = [] },
        ["refused without a usable reason"] = (evidence, _) => evidence,
        ["the server's certificate is not good"] = (evidence, pki) => Failed(evidence) with { ServerReport = CertificateVerifier.Verify(pki.Server.WithChain([]), new VerificationOptions { TrustedCas = [pki.ServerRoot.Certificate] }) },
        ["the server's certificate can not be read"] = (evidence, _) => Failed(evidence) with { ServerDamage = "It is damaged." },
        ["a stage took too long"] = (evidence, _) => Failed(evidence) with { TimedOutAfter = TimeSpan.FromSeconds(3) },
        ["the server closed without an answer"] = (evidence, _) => Failed(evidence) with { Stage = ConnectionStage.Application },
        ["the name has no address"] = (evidence, _) => Failed(evidence) with { Stage = ConnectionStage.Resolve, SocketError = SocketError.HostNotFound },
        ["the port can not be reached"] = (evidence, _) => Failed(evidence) with { Stage = ConnectionStage.Connect, SocketError = SocketError.NetworkUnreachable },
        ["no TLS"] = (evidence, _) => Failed(evidence) with { SpeaksTls = false },
        ["an alert about versions and cipher suites"] = (evidence, _) => Failed(evidence) with { Alert = Said(70) },
        ["an alert about the name"] = (evidence, _) => Failed(evidence) with { Alert = Said(112) },
        ["the server failed inside itself"] = (evidence, _) => Failed(evidence) with { Alert = Said(80) },
        ["another alert"] = (evidence, _) => Failed(evidence) with { Alert = Said(109) },
        ["the key can not be used here"] = (evidence, _) => Failed(evidence) with { PlatformError = unchecked((int)0x8009030E) },
        ["a message that is too large"] = (evidence, _) => Failed(evidence) with { PlatformError = 0x0A000098 },
        ["this side gave up"] = (evidence, _) => Failed(evidence) with { PlatformMessage = "No." },
        ["closed without a word"] = (evidence, _) => Failed(evidence) with { EndedByPeer = true },
    };

    public static TheoryData<string> Names => new(Lines.Keys);

    [Fact]
    public void Every_line_of_the_table_has_a_test_and_a_name_of_its_own() =>
        Assert.Equal(Lines.Keys.Order(), ConnectionDiagnosis.Rules.Select(rule => rule.Name).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void The_line_that_fits_explains(string name)
    {
        var evidence = Lines[name](Refused(), pki);

        Assert.Equal(name, ConnectionDiagnosis.Rules.First(rule => rule.Applies(evidence)).Name);
        Assert.All(ConnectionDiagnosis.Explain(evidence), finding => Assert.All([finding.Cause, finding.Remedy], text => Assert.Matches(@"^\S.*\.$", text)));
    }

    /// <summary>Alert, client, the findings in order.</summary>
    [Theory]
    [InlineData(45, "expired", FindingId.ClientCertificateExpired)]
    [InlineData(48, "expired", FindingId.ClientCertificateRejected, FindingId.ClientCertificateExpired)]
    [InlineData(44, "expired", FindingId.ClientCertificateRevoked, FindingId.ClientCertificateExpired)]
    [InlineData(42, "not yet valid", FindingId.ClientCertificateNotYetValid)]
    [InlineData(43, "server only", FindingId.ClientCertificateWrongPurpose)]
    [InlineData(46, "a CA", FindingId.ClientCertificateWrongPurpose)]
    [InlineData(40, "other CA", FindingId.ClientCertificateUntrusted)]
    [InlineData(45, "other CA", FindingId.ClientCertificateExpired, FindingId.ClientCertificateUntrusted)]
    [InlineData(46, "self-signed", FindingId.ClientCertificateUntrusted)]
    [InlineData(48, "no intermediate", FindingId.ClientChainIncomplete, FindingId.ClientCertificateUntrusted)]
    [InlineData(46, "good", FindingId.ClientCertificateRejected)]
    [InlineData(48, "good", FindingId.ClientCertificateRejected)]
    [InlineData(51, "good", FindingId.ClientCertificateRejected)]
    public void A_refusal_is_held_against_what_can_be_checked(int alert, string client, params FindingId[] expected)
    {
        var findings = ConnectionDiagnosis.Explain(Refused() with { Alert = Said(alert), ClientCertificate = pki.ClientOf(client) });

        Assert.Equal(expected, findings.Select(finding => finding.Id));
        Assert.Equal(FindingSeverity.Error, findings[0].Severity);
        Assert.DoesNotContain(findings.Skip(1), finding => finding.Severity == FindingSeverity.Error);
        if (expected.Length > 1)
            Assert.DoesNotContain("dates and purpose are good", findings[0].Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good", 60, FindingId.ClockSkew)] // By the server's clock it has ended.
    [InlineData("good", -60, FindingId.ClockSkew)] // And there it has not begun.
    [InlineData("good", 0, FindingId.ClientCertificateRejected)]
    [InlineData("expired", -5, FindingId.ClientCertificateExpired)]
    public void The_server_s_clock_counts_too(string client, int days, FindingId expected)
    {
        var now = DateTimeOffset.UtcNow;

        var findings = ConnectionDiagnosis.Explain(Refused() with { ClientCertificate = pki.ClientOf(client), ServerTime = now.AddDays(days), Now = now });

        Assert.Equal(expected, findings[0].Id);
        if (expected == FindingId.ClockSkew)
            Assert.Contains(days > 0 ? "60 days ahead" : "60 days behind", findings[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_intermediate_is_named_as_that()
    {
        var now = pki.ClientInter.Certificate.NotAfter.AddDays(1);

        var finding = ConnectionDiagnosis.Explain(Refused() with { Now = now }).First(found => found.Cause.Contains("The CA 'Client Inter'", StringComparison.Ordinal));

        Assert.Equal((FindingId.ClientCertificateExpired, FindingSide.Client), (finding.Id, finding.Side));
    }

    [Fact]
    public void A_missing_intermediate_is_certain_where_it_is_known()
    {
        foreach (var issuers in new[] { Root(), [] })
        {
            var finding = Assert.Single(ConnectionDiagnosis.Explain(Refused() with { ClientCertificate = pki.ClientWithoutChain, KnownIssuers = [pki.ClientInter.Certificate], AcceptableIssuers = issuers }));

            Assert.Equal((FindingId.ClientChainIncomplete, issuers.Length > 0 ? FindingConfidence.Certain : FindingConfidence.Likely), (finding.Id, finding.Confidence));
            Assert.Contains("'Client Inter'", finding.Cause, StringComparison.Ordinal);
            Assert.Contains(pki.ClientInter.CertificatePath, finding.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_server_that_announces_the_intermediate_itself_needs_none() =>
        Assert.Equal(FindingId.ClientCertificateRejected, Assert.Single(ConnectionDiagnosis.Explain(Refused() with { ClientCertificate = pki.ClientWithoutChain, AcceptableIssuers = [pki.ClientInter.Certificate.Subject.ToString()] })).Id);

    [Fact]
    public void An_impostor_is_told_where_the_right_CA_is_known()
    {
        var finding = Assert.Single(ConnectionDiagnosis.Explain(Refused() with { Alert = Said(48), ClientCertificate = pki.ClientOf("impostor"), KnownIssuers = [pki.ClientRoot.Certificate] }));

        Assert.Equal((FindingId.ClientCertificateUntrusted, FindingConfidence.Likely), (finding.Id, finding.Confidence));
        Assert.Contains("another key", finding.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CN=Client Root,O=Acme", FindingId.ClientChainIncomplete)]
    [InlineData("CN=Lonely CA", FindingId.ClientCertificateUntrusted)]
    public void The_certificate_s_own_word_tells_an_intermediate_from_a_root(string above, FindingId expected)
    {
        using var odd = OddCertificate.IssuedBelow("CN=Lonely CA", above);

        var finding = Assert.Single(ConnectionDiagnosis.Explain(Refused() with { Alert = Said(48), ClientCertificate = MtlsCertificate.Create(odd) }));

        Assert.Equal((expected, FindingConfidence.Certain), (finding.Id, finding.Confidence));
    }

    [Theory]
    [InlineData("CN=Acme Clients,O=Acme", true)]
    [InlineData("CN=Others,O=Other", false)]
    public void Without_such_a_word_both_are_told_and_the_likelier_first(string issuer, bool sameOrganisation)
    {
        using var odd = OddCertificate.IssuedBelow(issuer, null);

        var findings = ConnectionDiagnosis.Explain(Refused() with { Alert = Said(48), ClientCertificate = MtlsCertificate.Create(odd) });

        FindingId[] both = [FindingId.ClientChainIncomplete, FindingId.ClientCertificateUntrusted];
        Assert.Equal(sameOrganisation ? both : both.Reverse(), findings.Select(finding => finding.Id));
    }

    [Theory]
    [InlineData(new[] { 0x0804, 0x0401 }, "RSA", true)]
    [InlineData(new[] { 0x0807 }, "Ed25519", true)]
    [InlineData(new[] { 0x0403, 0x0804 }, "", false)]
    [InlineData(new int[0], "", false)]
    public void A_key_that_the_server_takes_no_signatures_of_is_told(int[] schemes, string takes, bool certain)
    {
        var finding = Assert.Single(ConnectionDiagnosis.Explain(Refused() with { CertificateSent = false, SignatureSchemes = schemes }));

        Assert.Equal((FindingId.NoClientCertificateSent, certain ? FindingConfidence.Certain : FindingConfidence.Likely), (finding.Id, finding.Confidence));
        if (certain)
            Assert.Contains($"it takes {takes}", finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_the_system_leaves_out_is_told()
    {
        var finding = Assert.Single(ConnectionDiagnosis.Explain(Refused() with { CertificateSent = false, ClientCertificate = pki.ClientOf("server only") }));

        Assert.Equal((FindingId.NoClientCertificateSent, FindingSide.Client, FindingConfidence.Likely), (finding.Id, finding.Side, finding.Confidence));
        Assert.Contains("role Server", finding.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weak_key_is_told()
    {
        using var weak = OddCertificate.WithRsa(1024);
        var certificate = MtlsCertificate.Create(weak);

        var findings = ConnectionDiagnosis.Explain(Refused() with { Alert = Said(42), ClientCertificate = certificate, AcceptableIssuers = [certificate.Issuer.ToString()] });

        Assert.Equal((FindingId.AlgorithmTooWeak, FindingSide.Client), (Assert.Single(findings).Id, findings[0].Side));
    }

    /// <summary>Status, what the answer holds, the finding for a client without any fault.</summary>
    [Theory]
    [InlineData(400, "<center>No required SSL certificate was sent</center>", FindingId.NoClientCertificateSent)]
    [InlineData(400, "<center>The SSL certificate error</center>", FindingId.ClientCertificateRejected)]
    [InlineData(403, "IIS 10.0 Detailed Error - 403.7 - Forbidden", FindingId.NoClientCertificateSent)]
    [InlineData(403, "IIS 10.0 Detailed Error - 403.13 - Forbidden", FindingId.ClientCertificateRevoked)]
    [InlineData(403, "IIS 10.0 Detailed Error - 403.16 - Forbidden", FindingId.ClientCertificateRejected)]
    [InlineData(403, "IIS 10.0 Detailed Error - 403.17 - Forbidden", FindingId.ClientCertificateExpired)]
    [InlineData(403, "IIS: 403.1699", FindingId.ClientCertificateRejected)]
    [InlineData(403, "Reason: Cannot perform Post-Handshake Authentication.<br />", FindingId.NoClientCertificateSent)]
    [InlineData(403, "<h1>403 Forbidden</h1>Request forbidden by administrative rules.", FindingId.ClientCertificateRejected)]
    [InlineData(495, "", FindingId.ClientCertificateRejected)]
    [InlineData(496, "", FindingId.NoClientCertificateSent)]
    public void Answers_of_web_servers_are_known(int status, string body, FindingId expected)
    {
        var evidence = Refused() with { Answer = new ApplicationAnswer { Protocol = "HTTP", Status = status, Start = $"HTTP/1.1 {status} No\r\n\r\n{body}" } };

        var finding = Assert.Single(ConnectionDiagnosis.Explain(evidence));

        Assert.Equal(expected, finding.Id);

        // What can be checked here bears IIS' and nginx' general words out.
        if (expected == FindingId.ClientCertificateRejected)
            Assert.Equal(FindingId.ClientCertificateUntrusted, ConnectionDiagnosis.Explain(evidence with { ClientCertificate = pki.ClientOf("other CA") })[0].Id);
    }

    [Theory]
    [InlineData(403, FindingConfidence.Likely)] // An application's word: it may mean something else.
    [InlineData(495, FindingConfidence.Certain)]
    public void Statuses_of_applications_prove_less(int status, FindingConfidence expected)
    {
        var answer = new ApplicationAnswer { Protocol = "HTTP", Status = status, Start = $"HTTP/1.1 {status} No\r\n\r\n" };

        var finding = ConnectionDiagnosis.Explain(Refused() with { Answer = answer, ClientCertificate = pki.ClientOf("expired") })[0];

        Assert.Equal((FindingId.ClientCertificateExpired, expected), (finding.Id, finding.Confidence));
    }

    [Theory]
    [InlineData("403.7", "clientcertnegotiation")]
    [InlineData("403.16", @"LocalMachine\Root")]
    public void What_is_particular_about_IIS_is_told(string status, string hint)
    {
        var evidence = Refused() with { Answer = new ApplicationAnswer { Protocol = "HTTP", Status = 403, Start = $"HTTP/1.1 403 No\r\nServer: Microsoft-IIS/10.0\r\n\r\n{status}" } };

        Assert.Contains(hint, ConnectionDiagnosis.Explain(evidence)[0].Remedy, StringComparison.Ordinal);
        Assert.Contains(hint, ErrorResolver.Resolve($"HTTP Error {status} - Forbidden").Findings[0].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Remedies_name_the_file()
    {
        var client = pki.ClientOf("expired")!.At("/etc/pki/alice.crt");

        Assert.Contains("(/etc/pki/alice.crt)", ConnectionDiagnosis.Explain(Refused() with { ClientCertificate = client })[0].Cause, StringComparison.Ordinal);
    }

    private static AlertEvidence Said(int alert) => new(alert, FindingSide.Server);

    private static ConnectionEvidence Failed(ConnectionEvidence evidence) => evidence with { Outcome = ConnectionOutcome.Failed, Stage = ConnectionStage.Handshake };

    private string[] Root() => [pki.ClientRoot.Certificate.Subject.ToString()];

    /// <summary>A good client, refused without a word by a server that announces its root.</summary>
    private ConnectionEvidence Refused() => new()
    {
        Target = ConnectionTarget.Parse("localhost:8443"),
        Stage = ConnectionStage.Application,
        Outcome = ConnectionOutcome.Refused,
        Now = DateTimeOffset.UtcNow,
        CertificateRequested = true,
        CertificateSent = true,
        AcceptableIssuers = Root(),
        ClientCertificate = pki.Client,
        ServerCertificate = pki.Server,
    };
}

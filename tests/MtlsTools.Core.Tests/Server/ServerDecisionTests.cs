using System.Security.Authentication;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Server;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Server;

/// <summary>Whom the options of a server let in, and what it says to the others.</summary>
public sealed class ServerDecisionTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Revoked_clients_are_refused()
    {
        var revoked = LivePki.Issue("revoked", pki.ClientInter, CertificateProfile.Client);
        var lists = Read(pki.SaveCrl("revoked.crl", pki.ClientInter, revoked)).Concat(Read(pki.SaveCrl("root.crl", pki.ClientRoot))).ToList();
        using var server = Start(options => options with { Crls = lists });

        Assert.StartsWith("HTTP/1.1 200 ", await RawTls.TryAskAsync(server.Port, pki.Client), StringComparison.Ordinal);
        Assert.Equal("", await RawTls.TryAskAsync(server.Port, revoked));

        await server.ReceiveAsync(Patience);
        Assert.Contains(FindingId.CertificateRevoked, (await server.ReceiveAsync(Patience)).Findings.Select(finding => finding.Id));
    }

    [Theory]
    [InlineData(CrlScope.Leaf, true)]
    [InlineData(CrlScope.Chain, false)]
    public async Task Every_certificate_in_scope_needs_a_list(CrlScope scope, bool welcome)
    {
        using var server = Start(options => options with { Crls = Read(pki.SaveCrl($"{scope}.crl", pki.ClientInter)), CrlScope = scope });

        Assert.Equal(welcome, (await RawTls.TryAskAsync(server.Port, pki.Client)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
        Assert.Equal(welcome, !(await server.ReceiveAsync(Patience)).Findings.Any(finding => finding.Id == FindingId.CrlMissing));
    }

    [Theory]
    [InlineData("CN=alice,O=Acme", true)]
    [InlineData("cn=ALICE,*", true)]
    [InlineData("*O=Acme", true)]
    [InlineData("CN=?lice,O=Acme", true)]
    [InlineData("alice", false)]
    [InlineData("CN=alice", false)]
    [InlineData("CN=bob,*", false)]
    [InlineData("CN=alice,O=Acme*x", false)]
    public async Task A_subject_has_to_match(string pattern, bool welcome) =>
        await AssertNameAsync(options => options with { RequiredSubjects = ["CN=nobody", pattern] }, Alice(), welcome);

    [Theory]
    [InlineData("spiffe://acme/agents/*", true)]
    [InlineData("URI:spiffe://acme/agents/7", true)]
    [InlineData("*.agents.acme", true)]
    [InlineData("DNS:*", true)]
    [InlineData("IP:*", false)]
    [InlineData("DNS:spiffe*", false)]
    [InlineData("agents", false)]
    public async Task An_alternative_name_has_to_match(string pattern, bool welcome) =>
        await AssertNameAsync(options => options with { RequiredSans = [pattern] }, Alice(), welcome);

    [Fact]
    public async Task Both_names_have_to_match_and_a_comma_in_a_name_is_no_separator()
    {
        var trick = LivePki.Issue("trick", pki.ClientInter, CertificateProfile.Client);
        await AssertNameAsync(options => options with { RequiredSubjects = ["CN=alice,*"], RequiredSans = ["IP:*"] }, Alice(), welcome: false);
        await AssertNameAsync(options => options with { RequiredSubjects = ["CN=alice,*"], RequiredSans = ["DNS:*"] }, Alice(), welcome: true);
        await AssertNameAsync(options => options with { RequiredSans = ["*"] }, trick, welcome: false);
    }

    [Theory]
    [InlineData(401, "none", "Client certificate required. The client sent no certificate.\n")]
    [InlineData(403, "expired", "Client certificate refused. ")]
    [InlineData(403, "other CA", "Client certificate refused. ")]
    [InlineData(403, "server only", "Client certificate refused. ")]
    public async Task A_refusal_may_be_an_HTTP_status(int status, string kind, string words)
    {
        using var server = Start(options => options with { StatusOnReject = status });

        var answer = await RawTls.TryAskAsync(server.Port, pki.ClientOf(kind));

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\n\r\n{words}", answer, StringComparison.Ordinal);
        var record = await server.ReceiveAsync(Patience);
        Assert.Equal((false, status, "GET /"), (record.Accepted, record.Status, record.Request));
        Assert.NotNull(record.Reason);
        Assert.NotNull(record.Protocol);
        Assert.StartsWith("HTTP/1.1 200 ", await RawTls.TryAskAsync(server.Port, pki.Client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_a_refused_client_is_not_waited_for()
    {
        using var server = Start(options => options with { StatusOnReject = 403, Content = ServerContent.Echo() });

        var answer = await RawTls.TryAskAsync(server.Port, pki.ClientOf("other CA"), "POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", FindingId.CertificateExpired)]
    [InlineData("self-signed", FindingId.RootNotTrusted)]
    [InlineData("server only", FindingId.WrongPurpose)]
    public async Task Everybody_is_let_in_when_that_is_asked_for_and_the_findings_stay(string kind, FindingId fault)
    {
        using var server = Start(options => options with { AllowUntrusted = true });
        var client = pki.ClientOf(kind);

        Assert.StartsWith("HTTP/1.1 200 ", await RawTls.TryAskAsync(server.Port, client), StringComparison.Ordinal);

        var record = await server.ReceiveAsync(Patience);
        Assert.Equal((true, null, client), (record.Accepted, record.Reason, record.ClientCertificate));
        Assert.Contains(fault, record.Findings.Select(finding => finding.Id));
    }

    [Fact]
    public async Task Everybody_still_needs_a_certificate_and_a_name_that_is_required()
    {
        using var server = MtlsServer.Start(new MtlsServerOptions { Certificate = pki.Server, AllowUntrusted = true, RequiredSubjects = ["CN=expired,*"] });

        Assert.Equal("", await RawTls.TryAskAsync(server.Port));
        Assert.Equal("", await RawTls.TryAskAsync(server.Port, pki.ClientOf("self-signed")));
        Assert.StartsWith("HTTP/1.1 200 ", await RawTls.TryAskAsync(server.Port, pki.ClientOf("expired")), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(SslProtocols.Tls12, "-tls1_2", true)]
    [InlineData(SslProtocols.Tls12, "-tls1_3", false)]
    [InlineData(SslProtocols.Tls13, "-tls1_2", false)]
    [InlineData(SslProtocols.Tls13, "-tls1_3", true)]
    public async Task Only_the_versions_that_are_allowed(SslProtocols allowed, string offered, bool welcome)
    {
        var openssl = Peer.Require("openssl");
        using var server = Start(options => options with { TlsVersion = allowed, ClientAuth = ClientAuthMode.None });

        var said = openssl.Try(["s_client", offered, "-connect", $"127.0.0.1:{server.Port}", "-ign_eof"], "GET / HTTP/1.1\r\n\r\n").All;

        Assert.Equal(welcome, said.Contains("HTTP/1.1 200 OK", StringComparison.Ordinal));
        var record = await server.ReceiveAsync(Patience);
        Assert.Equal((welcome, welcome ? allowed : (SslProtocols?)null), (record.Accepted, record.Protocol));
    }

    [Theory]
    [InlineData(SslProtocols.None)]
    [InlineData((SslProtocols)192)] // TLS 1.0
    [InlineData((SslProtocols)(192 | 3072))]
    public void Other_versions_are_an_error(SslProtocols versions) =>
        Assert.Equal(ErrorCode.TlsVersionNotSupported, Assert.Throws<InputException>(() => Start(options => options with { TlsVersion = versions })).Code);

    [SkippableFact]
    public void The_CA_names_told_to_clients_may_differ_from_those_trusted()
    {
        var openssl = Peer.Require("openssl");
        string Names(IReadOnlyList<MtlsCertificate>? announced)
        {
            using var server = Start(options => options with { AcceptableIssuers = announced, ClientAuth = ClientAuthMode.Optional });
            return openssl.Try(["s_client", "-tls1_2", "-connect", $"127.0.0.1:{server.Port}"], "").All;
        }

        Assert.Contains("Acceptable client certificate CA names\nO = Acme, CN = Client Root\n", Names(null), StringComparison.Ordinal);
        Assert.Contains("Acceptable client certificate CA names\nO = Acme, CN = Other Root\n", Names([pki.OtherRoot.Certificate]), StringComparison.Ordinal);
        Assert.Contains("No client certificate CA names sent\n", Names([]), StringComparison.Ordinal);
    }

    private MtlsCertificate Alice() => LivePki.Issue("alice", pki.ClientInter, CertificateProfile.Client, "DNS:a.agents.acme,URI:spiffe://acme/agents/7");

    private async Task AssertNameAsync(Func<MtlsServerOptions, MtlsServerOptions> change, MtlsCertificate client, bool welcome)
    {
        using var server = Start(change);

        Assert.Equal(welcome, (await RawTls.TryAskAsync(server.Port, client)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
        var record = await server.ReceiveAsync(Patience);
        Assert.Equal((welcome, !welcome), (record.Accepted, record.Findings.Any(finding => finding.Id == FindingId.ClientNameNotAllowed)));
        Assert.Equal(welcome, record.Reason is null);
    }

    private static IReadOnlyList<CertificateRevocationList> Read(string path) => CertificateRevocationList.ReadFile(path);

    private MtlsServer Start(Func<MtlsServerOptions, MtlsServerOptions> change) =>
        MtlsServer.Start(change(new MtlsServerOptions { Certificate = pki.Server, ClientCas = [pki.ClientRoot.Certificate] }));
}

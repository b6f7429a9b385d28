using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Revocation.Ocsp;

/// <summary>A CA with a running responder, for all tests of a class.</summary>
public sealed class RunningResponder : IDisposable
{
    public RunningResponder()
    {
        Root = TestAuthority.Create(Folder, "Root");
        Responder = MtlsResponder.Start(new ResponderOptions { Authorities = [Root], Timeout = TimeSpan.FromSeconds(2) });
        var told = Responder.Authorities[0];
        Inter = TestAuthority.Create(Folder, "Inter", issuer: Root, change: options => options with { OcspUrls = [told.OcspUrl.AbsoluteUri], CrlUrls = [told.CrlUrl.AbsoluteUri] });
        InterResponder = MtlsResponder.Start(new ResponderOptions { Authorities = [Inter, Root] });
        Good = Issue("good");
        Revoked = Issue("revoked");
        Inter.Revoke([Revoked], RevocationReason.KeyCompromise);
    }

    public TemporaryFolder Folder { get; } = new();

    public CertificateAuthority Root { get; }

    public CertificateAuthority Inter { get; }

    /// <summary>Answers for the root alone.</summary>
    public MtlsResponder Responder { get; }

    /// <summary>Answers for both.</summary>
    public MtlsResponder InterResponder { get; }

    public MtlsCertificate Good { get; }

    public MtlsCertificate Revoked { get; }

    public MtlsCertificate Issue(string name, CertificateProfile profile = CertificateProfile.Client, string san = "") => Inter.Issue(profile, TestAuthority.Request($"CN={name}", san));

    internal byte[] Request(MtlsCertificate certificate, byte[]? nonce = null) => new OcspRequest([OcspCertId.Create(certificate, Inter.Certificate, HashAlgorithmName.SHA1)], nonce).Encode();

    public void Dispose()
    {
        Responder.Dispose();
        InterResponder.Dispose();
        Folder.Dispose();
    }
}

/// <summary>The responder over HTTP: every form of question, what caches are told, downloads, and clients that behave badly.</summary>
public sealed class ResponderHttpTests(RunningResponder running) : IClassFixture<RunningResponder>
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task It_answers_by_POST_and_by_GET_in_every_form()
    {
        var request = running.Request(running.Good);
        var base64 = Convert.ToBase64String(request);
        var root = running.InterResponder.Uri.AbsoluteUri;
        foreach (var path in new[] { "", "ocsp", "ocsp/" })
            await Check(await Http.PostAsync(root + path, new ByteArrayContent(request) { Headers = { ContentType = new("application/ocsp-request") } }));
        foreach (var path in new[] { "", "ocsp/", "ocsp//" })
        {
            await Check(await Http.GetAsync(root + path + Uri.EscapeDataString(base64)));
            await Check(await Http.GetAsync(root + path + base64));
        }

        async Task Check(HttpResponseMessage response)
        {
            Assert.Equal((HttpStatusCode.OK, "application/ocsp-response"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            Assert.Equal(OcspCertStatus.Good, Assert.Single(OcspResponse.Read(await response.Content.ReadAsByteArrayAsync()).Answers).Status);
        }
    }

    [Fact]
    public async Task Caches_are_told_how_long_an_answer_holds_and_to_keep_none_with_a_nonce()
    {
        var plain = await Http.GetAsync(running.InterResponder.Uri + "ocsp/" + Uri.EscapeDataString(Convert.ToBase64String(running.Request(running.Good))));
        Assert.InRange(plain.Headers.CacheControl!.MaxAge!.Value, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
        Assert.True(plain.Headers.CacheControl is { Public: true, NoTransform: true, MustRevalidate: true });
        var answer = Assert.Single(OcspResponse.Read(await plain.Content.ReadAsByteArrayAsync()).Answers);
        Assert.Equal((answer.ThisUpdate, answer.NextUpdate), (plain.Content.Headers.LastModified!.Value, plain.Content.Headers.Expires));
        Assert.NotNull(plain.Headers.ETag);
        foreach (var body in new[] { running.Request(running.Good, new byte[32]), [1, 2, 3] })
            Assert.True((await Http.PostAsync(running.InterResponder.OcspUrl, new ByteArrayContent(body))).Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task It_hands_out_the_CAs_certificates_and_lists()
    {
        var told = running.InterResponder.Authorities[0];
        Assert.Equal(("inter.crt", "root.crt"), (told.IssuerUrl.Segments[^1], running.InterResponder.Authorities[1].IssuerUrl.Segments[^1]));
        Assert.Equal("ca.crt", running.Responder.Authorities[0].IssuerUrl.Segments[^1]);
        var certificate = await Http.GetAsync(told.IssuerUrl);
        Assert.Equal("application/pkix-cert", certificate.Content.Headers.ContentType!.MediaType);
        Assert.Equal(running.Inter.Certificate.RawData.ToArray(), await certificate.Content.ReadAsByteArrayAsync());
        Assert.Equal(running.Inter.Certificate.ToPem(), await Http.GetStringAsync(told.IssuerUrl + ".pem"));

        Assert.Equal(HttpStatusCode.NotFound, (await Http.GetAsync(running.Responder.Authorities[0].CrlUrl)).StatusCode);
        Directory.CreateDirectory(Path.Combine(running.Inter.Path, "crl"));
        await Task.Run(() => PublishList(1));
        var list = await Http.GetAsync(told.CrlUrl);
        Assert.Equal(("application/pkix-crl", 1), (list.Content.Headers.ContentType!.MediaType, (int)Assert.Single(CertificateRevocationList.Read(await list.Content.ReadAsByteArrayAsync())).Number!.Value));
        Assert.NotNull(list.Content.Headers.Expires);
        PublishList(2);
        Assert.Equal(2, (int)Assert.Single(CertificateRevocationList.Read(System.Text.Encoding.ASCII.GetBytes(await Http.GetStringAsync(told.CrlUrl + ".pem")))).Number!.Value);
        Assert.Contains(told.OcspUrl.AbsoluteUri, await Http.GetStringAsync(running.InterResponder.Uri), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404")]
    [InlineData("GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404")]
    [InlineData("GET /ocsp/AAAA HTTP/1.1\r\nHost: x\r\n\r\n", "malformedRequest")]
    [InlineData("GET /ocsp/%%% HTTP/1.1\r\nHost: x\r\n\r\n", "malformedRequest")]
    [InlineData("POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", "malformedRequest")]
    [InlineData("POST /ocsp HTTP/1.1\r\nHost: x\r\n\r\n", "malformedRequest")]
    [InlineData("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 404")]
    [InlineData("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405")]
    [InlineData("POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n", "HTTP/1.1 413")]
    [InlineData("POST /ocsp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 411")]
    [InlineData("nonsense\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("\u0016\u0003\u0001 this is TLS\r\n\r\n", "HTTP/1.1 400")]
    public async Task A_bad_request_is_answered_and_the_next_client_is_served(string sent, string expected)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, running.InterResponder.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(sent));
        client.Client.Shutdown(SocketShutdown.Send);
        var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer);
        var said = System.Text.Encoding.Latin1.GetString(buffer.ToArray());
        if (expected == "malformedRequest")
            Assert.EndsWith(System.Text.Encoding.Latin1.GetString(OcspResponseWriter.Refuse(OcspResponseStatus.MalformedRequest)), said, StringComparison.Ordinal);
        else
            Assert.StartsWith(expected, said, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Http.PostAsync(running.InterResponder.OcspUrl, new ByteArrayContent(running.Request(running.Good)))).StatusCode);
    }

    [Fact]
    public async Task Requests_may_follow_each_other_on_a_connection_without_waiting()
    {
        var request = running.Request(running.Good);
        var head = System.Text.Encoding.ASCII.GetBytes($"POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Length: {request.Length}\r\n\r\n");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, running.InterResponder.Port);
        for (var round = 0; round < 20; round++)
            client.Client.Send([.. head, .. request]);
        client.Client.Send("HEAD / HTTP/1.0\r\n\r\n"u8);
        var buffer = new MemoryStream();
        await client.GetStream().CopyToAsync(buffer);
        Assert.Equal(21, System.Text.Encoding.Latin1.GetString(buffer.ToArray()).Split("HTTP/1.1 200 OK").Length - 1);
    }

    [Fact]
    public async Task Slow_clients_are_dropped_and_hold_up_nobody()
    {
        var slow = new List<TcpClient>();
        for (var number = 0; number < 200; number++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, running.Responder.Port);
            client.Client.Send("POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"u8);
            slow.Add(client);
        }

        Assert.True(SpinWait.SpinUntil(() => running.Responder.OpenConnections >= 200, TimeSpan.FromSeconds(30)));
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync(running.Responder.Authorities[0].IssuerUrl)).StatusCode);
        Assert.True(SpinWait.SpinUntil(() => running.Responder.OpenConnections <= 1, TimeSpan.FromSeconds(30)));
        slow.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task The_question_is_answered_for_the_whole_chain_by_what_the_certificates_name()
    {
        var certificate = running.Good.WithChain([running.Inter.Certificate, running.Root.Certificate]);
        var options = new RevocationOptions { OcspUrls = [running.InterResponder.OcspUrl] };
        foreach (var one in new[] { options, options with { UseNonce = false }, options with { Hash = HashAlgorithmName.SHA256 }, options with { RequireNonce = true } })
        {
            var both = await RevocationInquiry.AskChainAsync(certificate, one);
            Assert.Equal([RevocationState.Good, RevocationState.Good], both.Select(status => status.Status));
            Assert.Equal(["good", "Inter"], both.Select(status => status.Name));
            Assert.All(both, status => Assert.Empty(status.Findings));
        }

        // The intermediate names its own responder; the root's responder knows nothing of the intermediate's clients.
        Assert.Equal(RevocationState.Good, (await RevocationInquiry.AskAsync(running.Inter.Certificate.WithChain([running.Root.Certificate]), options with { OcspUrls = [running.Responder.OcspUrl] })).Status);
        var refused = await RevocationInquiry.AskAsync(certificate, options with { OcspUrls = [running.Responder.OcspUrl] });
        Assert.Equal((RevocationState.Unavailable, FindingId.OcspRefused), (refused.Status, Assert.Single(refused.Findings).Id));

        var revoked = await RevocationInquiry.AskAsync(running.Revoked, options);
        Assert.Equal((RevocationState.Revoked, RevocationReason.KeyCompromise, RevocationSource.Ocsp), (revoked.Status, revoked.Reason!.Value, revoked.Source));
        Assert.NotNull(revoked.RevokedAt);

        // A root can not be asked about; a certificate without an issuer neither.
        Assert.Equal(FindingId.RevocationSourceMissing, Assert.Single((await RevocationInquiry.AskAsync(running.Root.Certificate, options)).Findings).Id);
        Assert.Equal(FindingId.IssuerNotFound, Assert.Single((await RevocationInquiry.AskAsync(running.Good.WithChain([]), options)).Findings).Id);
        Assert.Equal(FindingId.RevocationSourceMissing, Assert.Single((await RevocationInquiry.AskAsync(running.Inter.Certificate.WithChain([running.Root.Certificate]), new RevocationOptions())).Findings).Id);
    }

    [Fact]
    public void A_port_that_is_taken_costs_no_certificate()
    {
        var before = running.Root.GetIssued().Count();
        var thrown = Assert.Throws<ServerException>(() => MtlsResponder.Start(new ResponderOptions { Authorities = [running.Root], Port = running.Responder.Port }));
        Assert.Equal(ErrorCode.PortInUse, thrown.Code);
        Assert.Equal(before, running.Root.GetIssued().Count());
    }

    private void PublishList(int number)
    {
        var builder = new System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder();
        using var issuer = running.Inter.SigningKey.Attach(running.Inter.Certificate.X509);
        File.WriteAllText(Path.Combine(running.Inter.Path, "crl", "ca.crl"), PemEncoding.WriteString("X509 CRL", builder.Build(issuer, number, DateTimeOffset.UtcNow.AddDays(7), HashAlgorithmName.SHA256)));
    }
}

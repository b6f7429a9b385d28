using System.Security.Cryptography;
using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;

namespace MtlsTools.Tests.Revocation.Ocsp;

/// <summary>Servers that do not answer as they should: no answer is ever taken for a good one, and nothing waits or grows without bound.</summary>
public sealed class RevocationFetchTests(OcspForge forge) : IClassFixture<OcspForge>
{
    [Theory]
    [InlineData("closed", FindingId.OcspNotReached, "can not be reached")]
    [InlineData("silent", FindingId.OcspNotReached, "seconds")]
    [InlineData("drip", FindingId.OcspNotReached, "seconds")]
    [InlineData("huge", FindingId.OcspNotReached, "256 KiB")]
    [InlineData("endless", FindingId.OcspNotReached, "256 KiB")]
    [InlineData("cut", FindingId.OcspNotReached, "broke off")]
    [InlineData("loop", FindingId.OcspNotReached, "redirects")]
    [InlineData("error", FindingId.OcspNotReached, "HTTP 503")]
    [InlineData("html", FindingId.OcspResponseInvalid, "no OCSP response")]
    [InlineData("empty", FindingId.OcspResponseInvalid, "no OCSP response")]
    [InlineData("truncated", FindingId.OcspResponseInvalid, "no OCSP response")]
    [InlineData("played back", FindingId.OcspNonceMismatch, "another nonce")]
    [InlineData("try later", FindingId.OcspRefused, "tryLater")]
    [InlineData("unauthorized", FindingId.OcspRefused, "unauthorized")]
    [InlineData("scheme", FindingId.OcspNotReached, "'ldap'")]
    public async Task No_answer_is_not_a_good_one(string kind, FindingId finding, string words)
    {
        using var server = Server(kind);
        var url = kind switch { "scheme" => "ldap://127.0.0.1/ocsp", "closed" => $"http://127.0.0.1:{Loopback.FreePorts(1)[0]}/", _ => $"http://127.0.0.1:{server.Port}/" };
        var status = await Ask(url, kind is "silent" or "drip" ? 1 : 20);
        Assert.Equal((RevocationState.Unavailable, RevocationSource.Ocsp, url), (status.Status, status.Source, status.Url));
        var told = Assert.Single(status.Findings);
        Assert.Equal((finding, FindingSeverity.Error), (told.Id, told.Severity));
        Assert.Contains(words, told.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_content_type_and_a_single_redirect_are_forgiven_because_answers_are_signed()
    {
        using var server = ScriptedServer.OnTcp(async (stream, token) =>
        {
            var heard = await HearAllAsync(stream, token);
            if (heard.Contains(" /moved", StringComparison.Ordinal))
                await Reply(stream, forge.Response(), "text/html", token);
            else
                await ScriptedServer.SayAsync(stream, "HTTP/1.1 307 Temporary Redirect\r\nLocation: /moved\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", token);
        });
        Assert.Equal(RevocationState.Good, (await Ask($"http://127.0.0.1:{server.Port}/", 20)).Status);
    }

    [Fact]
    public async Task A_list_stands_in_where_the_responder_is_silent_and_outvotes_no_unknown()
    {
        using var server = ScriptedServer.OnTcp((stream, token) => Answer(stream, forge.Response(answer => answer with { Status = OcspCertStatus.Unknown }), token));
        using var issuer = forge.Ca.SigningKey.Attach(forge.Ca.Certificate.X509);
        var builder = new System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder();
        var empty = CertificateRevocationList.Read(builder.Build(issuer, 1, forge.Now.AddDays(7), HashAlgorithmName.SHA256, thisUpdate: forge.Now.AddDays(-1)));
        builder.AddEntry(forge.Leaf.X509, forge.Now.AddHours(-2), System.Security.Cryptography.X509Certificates.X509RevocationReason.Superseded);
        var full = CertificateRevocationList.Read(builder.Build(issuer, 2, forge.Now.AddDays(7), HashAlgorithmName.SHA256, thisUpdate: forge.Now.AddDays(-1)));
        var closed = new Uri($"http://127.0.0.1:{Loopback.FreePorts(1)[0]}/");

        var byList = await Inquire(new RevocationOptions { OcspUrls = [closed], Crls = empty });
        Assert.Equal((RevocationState.Good, RevocationSource.Crl), (byList.Status, byList.Source));
        Assert.Equal((FindingId.OcspNotReached, FindingSeverity.Warning), (Assert.Single(byList.Findings).Id, byList.Findings[0].Severity));

        var revoked = await Inquire(new RevocationOptions { OcspUrls = [closed], Crls = full });
        Assert.Equal((RevocationState.Revoked, RevocationReason.Superseded, forge.Now.AddHours(-2)), (revoked.Status, revoked.Reason!.Value, revoked.RevokedAt!.Value));

        var unknown = await Inquire(new RevocationOptions { OcspUrls = [new Uri($"http://127.0.0.1:{server.Port}/")], Crls = empty });
        Assert.Equal(RevocationState.Unknown, unknown.Status);
        Assert.Equal(RevocationState.Revoked, (await Inquire(new RevocationOptions { OcspUrls = [new Uri($"http://127.0.0.1:{server.Port}/")], Crls = full })).Status);
        Assert.Equal(RevocationState.Good, (await Inquire(new RevocationOptions { Method = RevocationMethod.Crl, OcspUrls = [closed], Crls = empty })).Status);
        Assert.Equal(RevocationState.Unavailable, (await Inquire(new RevocationOptions { Method = RevocationMethod.Ocsp, OcspUrls = [closed], Crls = empty })).Status);
    }

    [Theory]
    [InlineData(-1, 7, 0, RevocationState.Good, null)]
    [InlineData(-7, -1, 0, RevocationState.Unavailable, FindingId.CrlNotFresh)]
    [InlineData(1, 7, 0, RevocationState.Unavailable, FindingId.CrlNotFresh)]
    [InlineData(-3, 7, 2, RevocationState.Unavailable, FindingId.CrlNotFresh)]
    [InlineData(-3, 7, 4, RevocationState.Good, null)]
    public async Task A_fetched_list_has_to_be_fresh(int from, int to, int maximumAge, RevocationState expected, FindingId? finding)
    {
        using var issuer = forge.Ca.SigningKey.Attach(forge.Ca.Certificate.X509);
        var list = new System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder().Build(issuer, 1, forge.Now.AddDays(to), HashAlgorithmName.SHA256, thisUpdate: forge.Now.AddDays(from));
        using var server = ScriptedServer.OnTcp((stream, token) => Answer(stream, list, token, "application/pkix-crl"));
        var status = await Inquire(new RevocationOptions { CrlUrls = [new Uri($"http://127.0.0.1:{server.Port}/ca.crl")], MaximumAge = maximumAge == 0 ? null : TimeSpan.FromDays(maximumAge) });
        Assert.Equal((expected, RevocationSource.Crl), (status.Status, status.Source));
        Assert.Equal(finding is null ? [] : [finding.Value], status.Findings.Select(one => one.Id));
    }

    [Fact]
    public async Task What_ended_before_the_list_was_made_is_not_good_because_it_is_not_listed()
    {
        var ended = forge.Ca.Issue(TestAuthority.Request("CN=ended"), new IssuanceOptions { Profile = CertificateProfile.Client, NotBefore = forge.Now.AddMinutes(-5), NotAfter = forge.Now.AddDays(1) });
        using var issuer = forge.Ca.SigningKey.Attach(forge.Ca.Certificate.X509);
        var list = new System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder().Build(issuer, 1, forge.Now.AddDays(9), HashAlgorithmName.SHA256, thisUpdate: forge.Now.AddDays(2));
        var status = await RevocationInquiry.AskAsync(ended, new RevocationOptions { Crls = CertificateRevocationList.Read(list), AsOf = forge.Now.AddDays(3) });
        Assert.Equal((RevocationState.Unavailable, FindingId.CertificateExpired), (status.Status, Assert.Single(status.Findings).Id));
    }

    /// <summary>A whole request: closing over the rest of one would take the answer along.</summary>
    private static async Task<string> HearAllAsync(Stream stream, CancellationToken token)
    {
        var heard = "";
        for (int end; (end = heard.IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0 || heard.Length < end + 4 + BodyLength(heard);)
        {
            var more = await ScriptedServer.HearAsync(stream, token);
            if (more.Length == 0)
                break;
            heard += more;
        }

        return heard;
    }

    private static int BodyLength(string heard) =>
        heard.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static async Task Answer(Stream stream, byte[] body, CancellationToken token, string type = "application/ocsp-response")
    {
        await HearAllAsync(stream, token);
        await Reply(stream, body, type, token);
    }

    private static async Task Reply(Stream stream, byte[] body, string type, CancellationToken token)
    {
        await ScriptedServer.SayAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n", token);
        await stream.WriteAsync(body, token);
    }

    private ScriptedServer Server(string kind) => kind switch
    {
        "silent" => ScriptedServer.Silent(),
        "html" => ScriptedServer.OnTcp((stream, token) => Answer(stream, "<html>It works!</html>"u8.ToArray(), token)),
        "empty" => ScriptedServer.OnTcp((stream, token) => Answer(stream, [], token)),
        "truncated" => ScriptedServer.OnTcp((stream, token) => Answer(stream, forge.Response()[..^40], token)),
        "played back" => ScriptedServer.OnTcp((stream, token) => Answer(stream, forge.Response(nonce: new byte[32]), token)),
        "try later" => ScriptedServer.OnTcp((stream, token) => Answer(stream, OcspResponseWriter.Refuse(OcspResponseStatus.TryLater), token)),
        "unauthorized" => ScriptedServer.OnTcp((stream, token) => Answer(stream, OcspResponseWriter.Refuse(OcspResponseStatus.Unauthorized), token)),
        "loop" => Saying("HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        "error" => Saying("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        "huge" => Saying("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\nConnection: close\r\n\r\n"),
        "cut" => Saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nabc"),
        "endless" => ScriptedServer.OnTcp(async (stream, token) =>
        {
            await HearAllAsync(stream, token);
            await ScriptedServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", token);
            while (true)
                await stream.WriteAsync(new byte[64 * 1024], token);
        }),
        "drip" => ScriptedServer.OnTcp(async (stream, token) =>
        {
            await HearAllAsync(stream, token);
            await ScriptedServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", token);
            while (true)
            {
                await stream.WriteAsync(new byte[1], token);
                await Task.Delay(50, token);
            }
        }),
        _ => ScriptedServer.Silent(),
    };

    private static ScriptedServer Saying(string text) => ScriptedServer.OnTcp(async (stream, token) =>
    {
        await HearAllAsync(stream, token);
        await ScriptedServer.SayAsync(stream, text, token);
    });

    private Task<RevocationStatus> Ask(string url, int seconds) => Inquire(new RevocationOptions { Method = RevocationMethod.Ocsp, OcspUrls = [new Uri(url)], Timeout = TimeSpan.FromSeconds(seconds) });

    private Task<RevocationStatus> Inquire(RevocationOptions options) => RevocationInquiry.AskAsync(forge.Leaf, options, forge.Clock);
}

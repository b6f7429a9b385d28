using MtlsTools.Issuance;
using MtlsTools.Revocation;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Tests.Support;
using MtlsTools.Verification;
using MtlsTools.Verification.Paths;

namespace MtlsTools.Tests.Revocation.Ocsp;

/// <summary>Only the CA's own word about this very certificate, fresh and genuine, proves anything; everything else is no answer, and says why.</summary>
public sealed class OcspJudgeTests(OcspForge forge) : IClassFixture<OcspForge>
{
    private static readonly byte[] Nonce = [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]

    // the answer: state; minutes from now that it holds from, and to
    [InlineData(0, -1, 60, RevocationState.Good, null)]
    [InlineData(1, -1, 60, RevocationState.Revoked, FindingId.CertificateRevoked)]
    [InlineData(2, -1, 60, RevocationState.Unknown, FindingId.OcspUnknownCertificate)]

    // clocks that differ by less than five minutes, and by more
    [InlineData(0, 4, 60, RevocationState.Good, null)]
    [InlineData(0, 6, 60, RevocationState.Unavailable, FindingId.OcspNotFresh)]
    [InlineData(0, -60, -4, RevocationState.Good, null)]
    [InlineData(0, -60, -6, RevocationState.Unavailable, FindingId.OcspNotFresh)]
    [InlineData(2, -60, -6, RevocationState.Unavailable, FindingId.OcspNotFresh)]
    [InlineData(0, -1, -3, RevocationState.Unavailable, FindingId.OcspNotFresh)]

    // revoked stays revoked, however old the word
    [InlineData(1, -600, -500, RevocationState.Revoked, FindingId.OcspNotFresh)]

    // without nextUpdate it holds for the moment
    [InlineData(0, -4, null, RevocationState.Good, null)]
    [InlineData(0, -6, null, RevocationState.Unavailable, FindingId.OcspNotFresh)]
    public void An_answer_counts_while_it_holds(int state, int from, int? to, RevocationState expected, FindingId? finding)
    {
        var status = Judge(forge.Response(answer => answer with
        {
            Status = (OcspCertStatus)state,
            ThisUpdate = forge.Now.AddMinutes(from),
            NextUpdate = to is { } end ? forge.Now.AddMinutes(end) : null,
            RevokedAt = state == 1 ? forge.Now.AddDays(-2) : null,
            Reason = state == 1 ? RevocationReason.KeyCompromise : null,
        }));
        Assert.Equal(expected, status.Status);
        if (finding is null)
            Assert.Empty(status.Findings);
        else
            Assert.Contains(status.Findings, one => one.Id == finding && one.Severity == FindingSeverity.Error);
        Assert.Equal(state == 1 ? RevocationReason.KeyCompromise : null, status.Reason);
        Assert.Equal(state == 1 ? forge.Now.AddDays(-2) : null, status.RevokedAt);
    }

    [Theory]
    [InlineData(5, RevocationState.Unavailable)]
    [InlineData(20, RevocationState.Good)]
    public void It_may_be_no_older_than_allowed(int minutes, RevocationState expected)
    {
        var options = new RevocationOptions { MaximumAge = TimeSpan.FromMinutes(minutes) };
        Assert.Equal(expected, Judge(forge.Response(answer => answer with { ThisUpdate = forge.Now.AddMinutes(-15) }), options).Status);
        Assert.Equal(expected, Judge(forge.Response(answer => answer with { ThisUpdate = forge.Now.AddMinutes(-15), NextUpdate = null }), options).Status);
    }

    [Theory]
    [InlineData("own", RevocationState.Good, null)]
    [InlineData("delegated", RevocationState.Good, null)]
    [InlineData("clock differs", RevocationState.Good, null)]
    [InlineData("other CA", RevocationState.Unavailable, FindingId.OcspResponderNotAuthorized)]
    [InlineData("other CA's responder", RevocationState.Unavailable, FindingId.OcspResponderNotAuthorized)]
    [InlineData("no usage", RevocationState.Unavailable, FindingId.OcspResponderNotAuthorized)]
    [InlineData("expired", RevocationState.Unavailable, FindingId.OcspResponderNotAuthorized)]
    [InlineData("not yet valid", RevocationState.Unavailable, FindingId.OcspResponderNotAuthorized)]
    [InlineData("the leaf itself", RevocationState.Unavailable, FindingId.OcspResponderNotAuthorized)]
    [InlineData("without its certificate", RevocationState.Unavailable, FindingId.OcspResponderNotAuthorized)]
    [InlineData("changed", RevocationState.Unavailable, FindingId.SignatureInvalid)]
    public void Nobody_speaks_for_the_CA_but_whom_it_certified_itself(string signer, RevocationState expected, FindingId? finding)
    {
        var (from, to) = (forge.Now.AddDays(-1), forge.Now.AddDays(1));
        var response = signer switch
        {
            "own" => forge.Response(),
            "delegated" => forge.Response(signer: OcspForge.Responder(forge.Ca, from, to)),
            "clock differs" => forge.Response(signer: OcspForge.Responder(forge.Ca, from, forge.Now.AddMinutes(-4))),
            "other CA" => forge.Response(signer: forge.OtherCa.Certificate.WithKey(forge.OtherCa.SigningKey)),
            "other CA's responder" => forge.Response(signer: OcspForge.Responder(forge.OtherCa, from, to)),
            "no usage" => forge.Response(signer: OcspForge.Responder(forge.Ca, from, to, withUsage: false)),
            "expired" => forge.Response(signer: OcspForge.Responder(forge.Ca, from, forge.Now.AddMinutes(-6))),
            "not yet valid" => forge.Response(signer: OcspForge.Responder(forge.Ca, forge.Now.AddMinutes(6), to)),
            "the leaf itself" => forge.Response(signer: forge.Leaf),
            "without its certificate" => new OcspResponseWriter(OcspForge.Responder(forge.Ca, from, to).PrivateKey!, null).Sign([new OcspAnswer(forge.Id(), OcspCertStatus.Good, from, to)], from, null),
            _ => Change(forge.Response()),
        };
        var status = Judge(response);
        Assert.Equal(expected, status.Status);
        Assert.Equal(finding is null ? [] : [finding.Value], status.Findings.Select(one => one.Id));
        Assert.Equal(expected == RevocationState.Good, status.Responder is not null);
    }

    [Theory]

    // sent, came back, demanded
    [InlineData(true, true, true, RevocationState.Good, null)]
    [InlineData(true, false, false, RevocationState.Good, FindingId.OcspNonceMissing)]
    [InlineData(true, false, true, RevocationState.Unavailable, FindingId.OcspNonceMissing)]
    [InlineData(true, null, false, RevocationState.Unavailable, FindingId.OcspNonceMismatch)]
    [InlineData(false, null, false, RevocationState.Good, null)]
    public void The_nonce_that_was_sent_comes_back(bool sent, bool? back, bool required, RevocationState expected, FindingId? finding)
    {
        var status = Judge(forge.Response(nonce: back switch { true => Nonce, false => null, _ => [9, 9, 9, 9] }), new RevocationOptions { RequireNonce = required }, sent ? Nonce : null);
        Assert.Equal(expected, status.Status);
        Assert.Equal(finding is null ? [] : [finding.Value], status.Findings.Select(one => one.Id));
    }

    [Fact]
    public void An_answer_about_another_certificate_is_none()
    {
        var other = OcspCertId.Create(forge.OtherLeaf, forge.OtherCa.Certificate, System.Security.Cryptography.HashAlgorithmName.SHA1);
        var sibling = OcspCertId.Create(forge.Ca.Issue(CertificateProfile.Client, TestAuthority.Request("CN=sibling")), forge.Ca.Certificate, System.Security.Cryptography.HashAlgorithmName.SHA1);
        Assert.All([other, sibling], id =>
        {
            var status = Judge(forge.Response(about: id));
            Assert.Equal((RevocationState.Unavailable, FindingId.OcspResponseInvalid), (status.Status, Assert.Single(status.Findings).Id));
        });
        Assert.Equal(RevocationState.Good, Judge(forge.Response(about: OcspCertId.Create(forge.Leaf, forge.Ca.Certificate, System.Security.Cryptography.HashAlgorithmName.SHA512))).Status);
    }

    [Theory]
    [InlineData(OcspResponseStatus.MalformedRequest, "malformedRequest")]
    [InlineData(OcspResponseStatus.InternalError, "internalError")]
    [InlineData(OcspResponseStatus.TryLater, "tryLater")]
    [InlineData(OcspResponseStatus.SigRequired, "sigRequired")]
    [InlineData(OcspResponseStatus.Unauthorized, "unauthorized")]
    [InlineData((OcspResponseStatus)4, "(4)")]
    internal void A_refusal_is_told_by_its_name(OcspResponseStatus refusal, string name)
    {
        var status = Judge(OcspResponseWriter.Refuse(refusal));
        Assert.Equal(RevocationState.Unavailable, status.Status);
        Assert.Contains(name, Assert.Single(status.Findings, one => one.Id == FindingId.OcspRefused).Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good", RevocationState.Good, null)]
    [InlineData("revoked", RevocationState.Unavailable, FindingId.OcspResponderNotAuthorized)]
    [InlineData("none", RevocationState.Good, FindingId.OcspResponderNotChecked)]
    public async Task A_responder_that_wants_to_be_checked_is_looked_up_in_the_list(string list, RevocationState expected, FindingId? finding)
    {
        var responder = OcspForge.Responder(forge.Ca, forge.Now.AddDays(-1), forge.Now.AddDays(1), withNoCheck: false);
        var file = forge.Write($"{list}.ocsp", forge.Response(signer: responder));
        var builder = new System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder();
        if (list == "revoked")
            builder.AddEntry(responder.X509, forge.Now.AddHours(-1));
        using var issuer = forge.Ca.SigningKey.Attach(forge.Ca.Certificate.X509);
        var crl = builder.Build(issuer, 1, forge.Now.AddDays(7), System.Security.Cryptography.HashAlgorithmName.SHA256, thisUpdate: forge.Now.AddDays(-1));
        var status = await RevocationInquiry.AskAsync(forge.Leaf, new RevocationOptions { ResponseFile = file, Method = RevocationMethod.Ocsp, Crls = list == "none" ? [] : CertificateRevocationList.Read(crl) }, forge.Clock);
        Assert.Equal((expected, RevocationSource.ResponseFile, file), (status.Status, status.Source, status.Url));
        Assert.Equal(finding is null ? [] : [finding.Value], status.Findings.Select(one => one.Id));
    }

    private static byte[] Change(byte[] response)
    {
        response[^5] ^= 1; // in the signature
        return response;
    }

    private RevocationStatus Judge(byte[] response, RevocationOptions? options = null, byte[]? nonce = null) =>
        new OcspJudge(new PathCertificate(forge.Leaf), new PathCertificate(forge.Ca.Certificate), options ?? new RevocationOptions(), forge.Now).Judge(OcspResponse.Read(response), nonce);
}

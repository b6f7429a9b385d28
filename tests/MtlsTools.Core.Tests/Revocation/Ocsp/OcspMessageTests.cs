using System.Formats.Asn1;
using System.Security.Cryptography;
using MtlsTools.Revocation;
using MtlsTools.Revocation.Ocsp;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Revocation.Ocsp;

/// <summary>Requests and responses, read and written as OpenSSL reads and writes them; what is damaged is refused and never trusted.</summary>
public sealed class OcspMessageTests(OcspForge forge) : IClassFixture<OcspForge>
{
    [SkippableFact]
    public void OpenSsl_reads_our_requests_and_we_read_its_own()
    {
        var openssl = Peer.Require("openssl");
        var ids = new[] { HashAlgorithmName.SHA1, HashAlgorithmName.SHA256 }.Select(hash => OcspCertId.Create(forge.Leaf, forge.Ca.Certificate, hash)).ToList();
        var text = openssl.Run("ocsp", "-reqin", forge.Write("ours.req", new OcspRequest(ids, RandomNumberGenerator.GetBytes(32)).Encode()), "-req_text").All;
        Assert.Contains("Hash Algorithm: sha1", text, StringComparison.Ordinal);
        Assert.Contains("Hash Algorithm: sha256", text, StringComparison.Ordinal);
        Assert.Contains(forge.Leaf.SerialNumber, text, StringComparison.Ordinal);
        Assert.Contains("OCSP Nonce", text, StringComparison.Ordinal);

        var leaf = forge.Write("leaf.crt", System.Text.Encoding.ASCII.GetBytes(forge.Leaf.ToPem()));
        openssl.Run("ocsp", "-issuer", forge.Ca.CertificatePath, "-cert", leaf, "-sha256", "-cert", leaf, "-reqout", forge.At("theirs.req"));
        var theirs = OcspRequest.Read(File.ReadAllBytes(forge.At("theirs.req")));
        Assert.Equal(2, theirs.Ids.Count);
        Assert.NotNull(theirs.Nonce);
        Assert.All(theirs.Ids, id => Assert.True(id.IsOf(forge.Leaf, forge.Ca.Certificate)));
        Assert.All(theirs.Ids, id => Assert.False(id.IsOf(forge.OtherLeaf, forge.OtherCa.Certificate)));
    }

    [SkippableTheory]
    [InlineData(OcspCertStatus.Good, RevocationReason.Unspecified, "leaf.crt: good")]
    [InlineData(OcspCertStatus.Unknown, RevocationReason.Unspecified, "leaf.crt: unknown")]
    [InlineData(OcspCertStatus.Revoked, RevocationReason.Unspecified, "leaf.crt: revoked")]
    [InlineData(OcspCertStatus.Revoked, RevocationReason.KeyCompromise, "Reason: keyCompromise")]
    [InlineData(OcspCertStatus.Revoked, RevocationReason.Superseded, "Reason: superseded")]
    internal void OpenSsl_reads_our_responses(OcspCertStatus status, RevocationReason reason, string said)
    {
        var openssl = Peer.Require("openssl");
        var now = DateTimeOffset.UtcNow;
        var file = forge.Write("ours.resp", forge.Response(
            answer => answer with { Status = status, Reason = reason, RevokedAt = now.AddDays(-3), ThisUpdate = now.AddMinutes(-1), NextUpdate = now.AddHours(1) },
            OcspForge.Responder(forge.Ca, now.AddDays(-1), now.AddDays(1))));
        var leaf = forge.Write("leaf.crt", System.Text.Encoding.ASCII.GetBytes(forge.Leaf.ToPem()));
        var checkedIt = openssl.Run("ocsp", "-respin", file, "-issuer", forge.Ca.CertificatePath, "-cert", leaf, "-CAfile", forge.Ca.CertificatePath, "-no_check_time", "-no_nonce").All;
        Assert.Contains("Response verify OK", checkedIt, StringComparison.Ordinal);
        Assert.Contains(said, checkedIt, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cut_off_or_changed_is_damaged_and_never_an_accident()
    {
        var whole = forge.Response(signer: OcspForge.Responder(forge.Ca, forge.Now.AddDays(-1), forge.Now.AddDays(1)), nonce: [1, 2, 3]);
        var request = new OcspRequest([forge.Id()], new byte[32]).Encode();
        for (var length = 0; length < whole.Length; length++)
            Refuses(() => OcspResponse.Read(whole.AsMemory(0, length)));
        for (var length = 0; length < request.Length; length++)
            Refuses(() => OcspRequest.Read(request.AsMemory(0, length)));

        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var changed = (round % 2 == 0 ? whole : request).ToArray();
            for (var i = 0; i <= random.Next(4); i++)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            Survives(() => { _ = round % 2 == 0 ? (object)OcspResponse.Read(changed) : OcspRequest.Read(changed); });
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void A_nonce_has_one_to_128_octets(int length) => Assert.Throws<AsnContentException>(() => OcspRequest.Read(new OcspRequest([forge.Id()], new byte[length]).Encode()));

    [Fact]
    public void A_request_asks_about_something_and_not_about_everything()
    {
        Assert.Throws<AsnContentException>(() => OcspRequest.Read(new OcspRequest([], null).Encode()));
        Assert.Throws<AsnContentException>(() => OcspRequest.Read(new OcspRequest([.. Enumerable.Repeat(forge.Id(), 101)], null).Encode()));
        Assert.Equal(100, OcspRequest.Read(new OcspRequest([.. Enumerable.Repeat(forge.Id(), 100)], new byte[128]).Encode()).Ids.Count);
    }

    private static void Refuses(Action read)
    {
        var thrown = Assert.ThrowsAny<Exception>(read);
        Assert.True(thrown is AsnContentException or MtlsException, thrown.ToString());
    }

    private static void Survives(Action read)
    {
        try
        {
            read();
        }
        catch (Exception damaged) when (damaged is AsnContentException or MtlsException)
        {
            // Refused, as it should be; a change of a name or a date is for the signature to notice.
        }
    }
}

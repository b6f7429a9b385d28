using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using MtlsTools.Authority;
using MtlsTools.Encoding;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Revocation;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Revocation;

/// <summary>What is to be thought of a list, from wherever it comes.</summary>
public sealed class CrlReportTests(LivePki pki) : IClassFixture<LivePki>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    /// <summary>Days from now: beginning and end of the list, and what must remain.</summary>
    [Theory]
    [InlineData(-1, 7, 0, CrlStatus.Ok, null)]
    [InlineData(-1, 7, 8, CrlStatus.EndsSoon, ErrorCode.CrlEndsSoon)]
    [InlineData(-8, -1, 0, CrlStatus.Stale, ErrorCode.CrlStale)]
    [InlineData(1, 7, 0, CrlStatus.NotYetValid, ErrorCode.CrlNotYetValid)]
    public void Its_time_decides(int from, int to, int remaining, CrlStatus status, ErrorCode? error)
    {
        var report = CrlReport.Judge(Sign(pki.ClientInter, from, to), [pki.ClientInter.Certificate], Now, TimeSpan.FromDays(remaining));

        Assert.Equal((status, status == CrlStatus.Ok, true, error), (report.Status, report.Success, report.SignatureVerified, report.ToError()?.Code));
        Assert.Equal(report.NextUpdate - Now, report.Remaining);
    }

    [Fact]
    public void A_list_that_an_impostor_signed_proves_nothing()
    {
        var forged = Sign(pki.Impostor, -1, 7);

        Assert.Equal((CrlStatus.Ok, null), (CrlReport.Judge(forged, null, Now).Status, CrlReport.Judge(forged, null, Now).SignatureVerified));
        var report = CrlReport.Judge(forged, [pki.ClientInter.Certificate, pki.ClientRoot.Certificate], Now);
        Assert.Equal((CrlStatus.SignatureInvalid, false, ErrorCode.CrlSignatureInvalid), (report.Status, report.SignatureVerified, report.ToError()!.Code));
    }

    /// <summary>An extension, whether it is critical, and its content.</summary>
    [Theory]
    [InlineData("2.5.29.27", true, "020101", "delta")]
    [InlineData("2.5.29.28", true, "30038401FF", "indirect")]
    [InlineData("1.2.3.4", true, "0500", "1.2.3.4")]
    [InlineData("1.2.3.4", false, "0500", null)]
    public void A_list_that_is_not_understood_is_no_list(string oid, bool isCritical, string value, string? reason)
    {
        var signed = new AsnWriter(AsnEncodingRules.DER);
        using (signed.PushSequence())
        {
            signed.WriteInteger(1);
            using (signed.PushSequence())
                signed.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            signed.WriteEncodedValue(pki.ClientInter.Certificate.Subject.Der.Span);
            DerTime.Write(signed, Now.AddDays(-1));
            DerTime.Write(signed, Now.AddDays(1));
            using (signed.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (signed.PushSequence())
            using (signed.PushSequence())
            {
                signed.WriteObjectIdentifier(oid);
                if (isCritical)
                    signed.WriteBoolean(true);
                signed.WriteOctetString(Convert.FromHexString(value));
            }
        }

        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(signed.Encode());
            using (list.PushSequence())
                list.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            list.WriteBitString([1]);
        }

        var report = CrlReport.Judge(CertificateRevocationList.Read(list.Encode())[0], null, Now);

        Assert.Equal(reason is null ? CrlStatus.Ok : CrlStatus.NotSupported, report.Status);
        Assert.Equal(reason is null ? null : ErrorCode.CrlNotSupported, report.ToError()?.Code);
        Assert.Contains(reason ?? "", report.ToError()?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_is_looked_up_by_issuer_and_number()
    {
        var revoked = LivePki.Issue("revoked", pki.ClientInter, CertificateProfile.Client);
        var list = CrlReport.Judge(Sign(pki.ClientInter, -1, 7, new RevokedCertificate(revoked.SerialNumber, Now, RevocationReason.KeyCompromise)), null, Now);

        var found = CrlLookup.Of(list, revoked);
        Assert.Equal((true, RevocationReason.KeyCompromise, "revoked"), (found.IsRevoked, found.Reason, found.Name));
        Assert.False(CrlLookup.Of(list, pki.Client).IsRevoked);
        Assert.True(CrlLookup.Of(list, "0x" + revoked.SerialNumber.ToLowerInvariant()).IsRevoked);
        Assert.True(CrlLookup.Of(list, revoked.SerialNumberDecimal).IsRevoked);
        Assert.Equal(ErrorCode.CertificateOfAnotherAuthority, Assert.Throws<InputException>(() => CrlLookup.Of(list, pki.Server)).Code);
    }

    [Fact]
    public void Digits_that_are_two_entries_are_refused()
    {
        var list = CrlReport.Judge(Sign(pki.ClientInter, -1, 7, new RevokedCertificate("1234", Now, default), new RevokedCertificate("04D2", Now, default)), null, Now);

        Assert.Equal(ErrorCode.SerialNumberAmbiguous, Assert.Throws<InputException>(() => CrlLookup.Of(list, "1234")).Code);
        Assert.Equal("04D2", CrlLookup.Of(list, "0x4d2").SerialNumber);
    }

    /// <summary>A serial number whose first bit is set has an octet of zeros before it in the list.</summary>
    [Fact]
    public void Entries_are_read_in_order_with_the_numbers_that_certificates_show()
    {
        RevokedCertificate[] entries = [new("FF00", Now.AddSeconds(-1), RevocationReason.Superseded), new("01", Now, RevocationReason.Unspecified)];

        var read = Sign(pki.ClientInter, -1, 7, entries);

        Assert.Equal(["FF00", "01"], read.Entries.Select(entry => entry.SerialNumber));
        Assert.Equal(RevocationReason.Superseded, read.Find("FF00")!.Reason);
    }

    /// <summary>What is fetched, and the error; a list of several megabytes is read.</summary>
    [Theory]
    [InlineData("der", null)]
    [InlineData("pem", null)]
    [InlineData("html", ErrorCode.ContentDamaged)]
    [InlineData("404", ErrorCode.DownloadFailed)]
    [InlineData("endless", ErrorCode.DownloadFailed)]
    [InlineData("cut", ErrorCode.DownloadFailed)]
    public async Task Lists_are_fetched_within_limits(string what, ErrorCode? error)
    {
        var der = Sign(pki.ClientInter, -1, 7).RawData.ToArray();
        var (status, length, body) = what switch
        {
            "der" => ("200 OK", (long)der.Length, der),
            "pem" => ("200 OK", -1, System.Text.Encoding.ASCII.GetBytes(PemBlock.Write("X509 CRL", der))),
            "html" => ("200 OK", -1, [.. "<html>Please sign in</html>"u8]),
            "404" => ("404 Not Found", 0, []),
            "endless" => ("200 OK", 1L << 40, der),
            _ => ("200 OK", der.Length, der[..20]),
        };
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var served = ServeAsync(listener, $"HTTP/1.1 {status}\r\nConnection: close\r\n{(length < 0 ? "" : $"Content-Length: {length}\r\n")}\r\n", body);
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/ca.crl");

        if (error is null)
            Assert.Equal(der, Assert.Single(await CrlDownload.GetAsync(url, TimeSpan.FromSeconds(30))).RawData.ToArray());
        else
            Assert.Equal(error, (await Assert.ThrowsAsync<InputException>(() => CrlDownload.GetAsync(url, TimeSpan.FromSeconds(30)))).Code);
        await served;
    }

    private static async Task ServeAsync(TcpListener listener, string head, byte[] body)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[4096], 1);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
    }

    private static CertificateRevocationList Sign(CertificateAuthority authority, int from, int to, params RevokedCertificate[] entries)
    {
        using var key = PrivateKey.Open(authority.KeyPath);
        return CertificateRevocationList.Read(CrlBuilder.Sign(authority.Certificate, key, 1, Now.AddDays(from), Now.AddDays(to), entries))[0];
    }
}

using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace MtlsTools.Tests.Names;

/// <summary>The subjectAltName extension beside those of BouncyCastle and OpenSSL.</summary>
public class AlternativeNamesEncodingTests
{
    [Fact]
    public void BouncyCastle_agrees_on_bytes_both_ways()
    {
        var peers = new GeneralNames(
        [
            new GeneralName(GeneralName.DnsName, "*.example.com"),
            new GeneralName(GeneralName.IPAddress, "10.0.0.1"),
            new GeneralName(GeneralName.IPAddress, "2001:db8::1"),
            new GeneralName(GeneralName.Rfc822Name, "ann@example.org"),
            new GeneralName(GeneralName.UniformResourceIdentifier, "spiffe://example.org/a"),
        ]).GetEncoded(Asn1Encodable.Der);
        var ours = AlternativeNames.Parse(["*.example.com,10.0.0.1,2001:db8::1,email:ann@example.org,URI:spiffe://example.org/a"]);

        var extension = AlternativeNames.ToExtension(ours, critical: true);

        Assert.Equal(("2.5.29.17", true), (extension.Oid!.Value, extension.Critical));
        Assert.Equal(Convert.ToHexString(peers), Convert.ToHexString(extension.RawData));
        Assert.Equal(ours, AlternativeNames.Decode(peers));
    }

    [SkippableFact]
    public void Reads_what_OpenSSL_writes()
    {
        var openssl = Peer.Require("openssl");
        using var folder = new TemporaryFolder();
        openssl.Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("k"), "-subj", "/CN=x", "-addext", "subjectAltName=DNS:a.example,IP:10.0.0.1,IP:2001:db8::1,email:a@b.c,URI:https://x.example/,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ann@corp,RID:1.2.3", "-out", folder.At("r"));

        var names = CertificateSigningRequest.Open(folder.At("r")).San;

        Assert.Equal(["DNS:a.example", "IP:10.0.0.1", "IP:2001:db8::1", "email:a@b.c", "URI:https://x.example/", "UPN:ann@corp", "RID:1.2.3"], names.Select(name => name.ToString()));
        Assert.Equal(AlternativeNameKind.Upn, names[5].Kind);
    }

    private const string Everything = "DNS:*.a.example,IP:10.0.0.1,IP:2001:db8::1,email:a@b.example,URI:https://x.example/a,b,UPN:ann@corp.example,dirName:CN=Zoë,O=Acme,RID:1.2.3,otherName:1.2.3.4;UTF8:x";

    [SkippableFact]
    public void OpenSSL_and_GnuTLS_read_every_kind()
    {
        var (openssl, certtool) = (Peer.Require("openssl"), Peer.Require("certtool"));
        using var folder = new TemporaryFolder();
        var request = folder.At("r.csr");
        TestAuthority.Request(san: Everything).Save(request);

        var shown = openssl.Run("req", "-in", request, "-noout", "-text").Output;
        var gnutls = certtool.Run("--crq-info", "--infile", request).Output;

        Assert.Contains("DNS:*.a.example, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b.example, URI:https://x.example/a,b, othername: UPN::ann@corp.example, DirName:/O=Acme/CN=Zo\\xC3\\xAB, Registered ID:1.2.3, othername: 1.2.3.4::x", shown, StringComparison.Ordinal);
        foreach (var name in new[] { "DNSname: *.a.example", "IPAddress: 10.0.0.1", "IPAddress: 2001:db8::1", "RFC822Name: a@b.example", "URI: https://x.example/a,b", "directoryName: CN=Zoë,O=Acme" })
            Assert.Contains(name, gnutls, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Everything, string.Join(',', CertificateSigningRequest.Open(request).San));
    }

    public static TheoryData<byte[], string> Kept => new()
    {
        { new GeneralNames(new GeneralName(new X509Name("O=A"))).GetEncoded(Asn1Encodable.Der), "dirName:O=A" },

        // an address with a mask, as name constraints have
        { Convert.FromHexString("300A87080A000000FF000000"), "other:87080A000000FF000000" },

        // an otherName whose value is no text
        { Convert.FromHexString("300BA00906032A0304A0020500"), "other:A00906032A0304A0020500" },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_is_read_is_written_as_it_was(byte[] extension, string shown)
    {
        var name = Assert.Single(AlternativeNames.Decode(extension));

        Assert.Equal(shown, name.ToString());
        Assert.Equal(extension, AlternativeNames.ToExtension([name], critical: false).RawData);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0500")]
    [InlineData("3005820561")]
    [InlineData("3003820180")]
    public void Refuses_damaged_content(string hex) =>
        Assert.Equal(ErrorCode.ContentDamaged, Assert.Throws<InputException>(() => AlternativeNames.Decode(Convert.FromHexString(hex))).Code);
}

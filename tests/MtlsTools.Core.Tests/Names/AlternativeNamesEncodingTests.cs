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

        Assert.Equal(["DNS:a.example", "IP:10.0.0.1", "IP:2001:db8::1", "email:a@b.c", "URI:https://x.example/"], names.Take(5).Select(name => name.ToString()));
        Assert.All(names.Skip(5), name => Assert.Equal(AlternativeNameKind.Other, name.Kind));
        Assert.Equal(7, names.Count);
    }

    public static TheoryData<byte[]> Unwritable => new()
    {
        new GeneralNames(new GeneralName(new X509Name("O=A"))).GetEncoded(Asn1Encodable.Der),

        // an address with a mask, as name constraints have
        Convert.FromHexString("300A87080A000000FF000000"),
    };

    [Theory]
    [MemberData(nameof(Unwritable))]
    public void What_can_be_shown_only_is_not_written(byte[] extension)
    {
        var name = Assert.Single(AlternativeNames.Decode(extension));

        Assert.Equal(AlternativeNameKind.Other, name.Kind);
        Assert.Equal(ErrorCode.NameInvalid, Assert.Throws<NameException>(() => AlternativeNames.ToExtension([name], critical: false)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0500")]
    [InlineData("3005820561")]
    [InlineData("3003820180")]
    public void Refuses_damaged_content(string hex) =>
        Assert.Equal(ErrorCode.ContentDamaged, Assert.Throws<InputException>(() => AlternativeNames.Decode(Convert.FromHexString(hex))).Code);
}

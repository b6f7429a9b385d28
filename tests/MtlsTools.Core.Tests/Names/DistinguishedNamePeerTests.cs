using System.Security.Cryptography.X509Certificates;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace MtlsTools.Tests.Names;

/// <summary>Names beside those of OpenSSL and BouncyCastle, byte for byte.</summary>
public sealed class DistinguishedNamePeerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("/C=FR/O=Acme/CN=api")]
    [InlineData("/C=FR/O=Acme, Inc./OU=a;b/CN=api")]
    [InlineData("/O=Acme+CN=x+OU=y/C=FR")]
    [InlineData(@"/O=a\/b/CN=c\+d\\e")]
    [InlineData("/O= x /CN=#y")]
    [InlineData("/O=Zoë \"q\" <z>/CN=日本")]
    [InlineData("/DC=com/DC=example/UID=u1/emailAddress=a@b.c/serialNumber=12/title=Dr/GN=Ann/SN=Lee/street=Main 1/L=Paris/ST=IdF/dnQualifier=q")]
    public void OpenSSL_agrees_on_bytes_and_texts(string subject)
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", folder.At("k.pem"));
        openssl.Run("req", "-new", "-key", folder.At("k.pem"), "-utf8", "-subj", subject, "-out", folder.At("r.csr"));
        string Shown(string form) => openssl.Run("req", "-in", folder.At("r.csr"), "-noout", "-subject", "-nameopt", form + ",-esc_msb,utf8").Output.TrimEnd('\n')["subject=".Length..];

        var ours = DistinguishedName.Parse(subject);

        Assert.Equal(CertificateSigningRequest.Open(folder.At("r.csr")).Subject, ours);
        if (ours.Parts.All(part => part.Count == 1)) // OpenSSL turns multi-valued parts around too, which no RFC asks for.
            Assert.Equal(Shown("RFC2253"), ours.ToString().Replace("STREET=", "street=", StringComparison.Ordinal));
        Assert.Equal(Shown("oneline"), ours.ToOneLine().Replace("STREET =", "street =", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CN=api,O=Acme,C=FR")]
    [InlineData(@"CN=Smith\, John,OU=a\+b,O=x,C=FR")]
    [InlineData("CN=x,1.2.3.4=y")]
    [InlineData("CN=Zoë,O=日本,L=Genève,ST=Genève,C=CH")]
    public void BouncyCastle_agrees_on_bytes(string text)
    {
        var peers = new X509Name(reverse: true, text);

        Assert.Equal(Convert.ToHexString(peers.GetEncoded(Asn1Encodable.Der)), Convert.ToHexString(DistinguishedName.Parse(text).Der.Span));
    }

    [Theory]
    // the string types that certificates of all ages use
    [InlineData(typeof(DerUtf8String))]
    [InlineData(typeof(DerBmpString))]
    [InlineData(typeof(DerT61String))]
    public void Reads_every_string_type(Type type)
    {
        var value = (Asn1Encodable)Activator.CreateInstance(type, "Zë")!;

        Assert.Equal("CN=Zë", DistinguishedName.Decode(Name(value)).ToString());
    }

    [Fact]
    public void Reads_universal_strings() =>
        Assert.Equal("CN=Z", DistinguishedName.Decode(Name(new DerUniversalString([0, 0, 0, 0x5A]))).ToString());

    [Fact]
    public void Shows_other_types_as_their_encoding()
    {
        var name = DistinguishedName.Decode(Name(new DerBitString([0x5A])));

        Assert.Equal("CN=#0302005A", name.ToString());
        Assert.Equal(name, DistinguishedName.Parse(name.ToString()));
    }

    public static TheoryData<byte[]> OfEveryAge
    {
        get
        {
            var all = new TheoryData<byte[]>();
            foreach (var text in new[] { "CN=api,O=Acme,C=FR", @"CN=\ a\,b\+c\""d\\e\<f\>g\;h=\ ,O=\#x/y\+z~", "CN=Zoë 日本 😀,O=Genève", "OU=b+CN=a+O=c,C=FR", "CN=a,UID=u,DC=example,DC=com,STREET=Main 1,emailAddress=a@b.c,serialNumber=1,SN=Lee,GN=Ann,title=Dr,dnQualifier=q,postalCode=75001,initials=A,pseudonym=p,description=d,businessCategory=b,organizationIdentifier=o", "1.2.3.4=x,CN=a", "CN=a\tb" })
                all.Add(DistinguishedName.Parse(text).Der.ToArray());
            foreach (var value in new Asn1Encodable[] { new DerBmpString("Zë"), new DerT61String("Zë"), new DerPrintableString("a b"), new DerUniversalString([0, 0, 0, 0x5A]), new DerBitString([0x5A]) })
                all.Add(Name(value));
            return all;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(OfEveryAge))]
    public void Nginx_forms_are_those_of_OpenSSL(byte[] der)
    {
        var openssl = Peer.Require("openssl");
        var name = DistinguishedName.Decode(der);
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        File.WriteAllBytes(folder.At("n.csr"), new CertificateRequest(name.ToX500(), key.PublicKey.ToPublicKey(), key.SignatureHash).CreateSigningRequest(key.CreateSignatureGenerator()));
        string Shown(string form) => openssl.Run("req", "-inform", "DER", "-in", folder.At("n.csr"), "-noout", "-subject", "-nameopt", form).Output.TrimEnd('\n')["subject=".Length..];

        Assert.Equal(Shown("RFC2253"), name.Nginx);
        Assert.Equal(Shown("compat"), name.NginxLegacy);
    }

    [Theory]
    // PrintableString forbids these, and old issuers write them all the same
    [InlineData("*.example.com")]
    [InlineData("a_b@c & d")]
    public void Reads_printable_strings_that_are_not_printable(string text) =>
        Assert.Equal(text, DistinguishedName.Decode(Name(new DerPrintableString(text, validate: false))).CommonName);

    private static byte[] Name(Asn1Encodable value) =>
        new DerSequence(new DerSet(new DerSequence(X509Name.CN, value))).GetEncoded(Asn1Encodable.Der);
}

using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Requests;

public sealed class RequestReadingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData("-newkey rsa:2048", "RSA 2048", true)]
    [InlineData("-newkey rsa:2048 -sha512", "RSA 2048", true)]
    [InlineData("-newkey rsa:2048 -sha1", "RSA 2048", true)]
    [InlineData("-newkey rsa:2048 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest", "RSA 2048", true)]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384", "ECDSA P-384", true)]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-521 -sha256 -outform DER", "ECDSA P-521", true)]
    [InlineData("-newkey ec -pkeyopt ec_paramgen_curve:P-256 -newhdr", "ECDSA P-256", true)]
    // read and shown, never certified
    [InlineData("-newkey ed25519", "Ed25519", false)]
    public void Reads_requests_of_OpenSSL(string options, string key, bool valid)
    {
        var openssl = Peer.Require("openssl");
        openssl.Run(["req", "-new", .. options.Split(' '), "-nodes", "-keyout", folder.At("k"), "-subj", "/C=FR/CN=api", "-addext", "subjectAltName=DNS:api.example.com,IP:10.0.0.1", "-addext", "basicConstraints=critical,CA:TRUE", "-out", folder.At("a.csr")]);

        var request = CertificateSigningRequest.Open(folder.At("a.csr"));

        Assert.Equal(("CN=api,C=FR", key, valid), (request.Subject.ToString(), request.PublicKey.ToString(), request.SignatureValid));
        Assert.Equal(["DNS:api.example.com", "IP:10.0.0.1"], request.San.Select(name => name.ToString()));
        Assert.Equal(["2.5.29.17", "2.5.29.19"], request.RequestedExtensions.Order());
    }

    [SkippableFact]
    public void Reads_requests_of_GnuTLS()
    {
        var certtool = Peer.Require("certtool");
        certtool.Run("--generate-privkey", "--key-type", "ecdsa", "--curve", "secp256r1", "--no-text", "--outfile", folder.At("k"));
        folder.Write("t", "organization = Acme\ncn = api\ndns_name = api.example.com\nip_address = 10.0.0.1\nuri = spiffe://example.org/a\nchallenge_password = x\ntls_www_client\n");
        certtool.Run("--generate-request", "--load-privkey", folder.At("k"), "--template", folder.At("t"), "--outfile", folder.At("a.csr"));

        var request = CertificateSigningRequest.Open(folder.At("a.csr"));

        Assert.True(request.SignatureValid);
        Assert.Equal("CN=api,O=Acme", request.Subject.ToString());
        Assert.Equal(["DNS:api.example.com", "IP:10.0.0.1", "URI:spiffe://example.org/a"], request.San.Select(name => name.ToString()).Order(StringComparer.Ordinal));
        Assert.Contains("2.5.29.37", request.RequestedExtensions);
    }

    [SkippableFact]
    public void A_request_that_names_nobody_can_be_looked_at()
    {
        var openssl = Peer.Require("openssl");
        openssl.Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder.At("k"), "-subj", "/", "-out", folder.At("a.csr"));

        var request = CertificateSigningRequest.Open(folder.At("a.csr"));

        Assert.True(request.Subject.IsEmpty && request.SignatureValid);
        Assert.Equal("(no name)", request.ToString());
    }

    [Fact]
    public void Sees_a_request_that_was_changed_on_the_way()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var der = CertificateSigningRequest.Create(DistinguishedName.Parse("CN=alice"), [], key).Der.ToArray();
        "mallo"u8.CopyTo(der.AsSpan(der.AsSpan().IndexOf("alice"u8)));

        var request = CertificateSigningRequest.Parse(der);

        Assert.Equal("CN=mallo", request.Subject.ToString());
        Assert.False(request.SignatureValid);
    }

    [Fact]
    public void Sees_a_request_that_is_signed_with_another_key()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        using var other = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var der = CertificateSigningRequest.Create(DistinguishedName.Parse("CN=alice"), [], key).Der.ToArray();
        other.PublicKey.Der.Span.CopyTo(der.AsSpan(der.AsSpan().IndexOf(key.PublicKey.Der.Span)));

        Assert.False(CertificateSigningRequest.Parse(der).SignatureValid);
    }

    public static TheoryData<string, Func<string, byte[]>, ErrorCode> Damages => new()
    {
        { "no end", pem => Utf8(pem[..^40]), ErrorCode.PemTruncated },
        { "a line missing", pem => Utf8(pem.Remove(60, 65)), ErrorCode.ContentDamaged },
        { "a foreign character", pem => Utf8(pem.Remove(60, 1).Insert(60, "*")), ErrorCode.ContentDamaged },
        { "another structure inside", _ => Utf8("-----BEGIN CERTIFICATE REQUEST-----\nMAMCAQA=\n-----END CERTIFICATE REQUEST-----\n"), ErrorCode.ContentDamaged },
        { "a name that is none", _ => Utf8("-----BEGIN CERTIFICATE REQUEST-----\nMAkwBwIBADECBQA=\n-----END CERTIFICATE REQUEST-----\n"), ErrorCode.ContentDamaged },
        { "a certificate's label", pem => Utf8(pem.Replace(" REQUEST", "", StringComparison.Ordinal)), ErrorCode.WrongContent },
        { "a key", _ => SharedKeys.Of(KeyAlgorithm.EcdsaP256).ExportPem(null), ErrorCode.WrongContent },
        { "a DER key", _ => SharedKeys.Of(KeyAlgorithm.EcdsaP256).ExportPkcs8(), ErrorCode.WrongContent },
        { "no PEM and no DER", _ => Utf8("hello"), ErrorCode.ContentNotRecognized },
        { "nothing", _ => [], ErrorCode.FileEmpty },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Names_what_is_wrong_with_a_file(string damage, Func<string, byte[]> make, ErrorCode code)
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var path = folder.Write("a.csr", make(CertificateSigningRequest.Create(DistinguishedName.Parse("CN=ann"), [], key).ToPem()));

        var refused = Assert.Throws<InputException>(() => CertificateSigningRequest.Open(path));

        Assert.True(refused.Code == code, $"{damage}: {refused.Code}");
        Assert.Equal(path, refused.Path);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var refused = Assert.Throws<InputException>(() => CertificateSigningRequest.Open(folder.At("no.csr")));

        Assert.Equal((ErrorCode.FileNotFound, folder.At("no.csr")), (refused.Code, refused.Path));
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}

using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Pkcs;

namespace MtlsTools.Tests.Requests;

public sealed class RequestCreationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<KeyAlgorithm> Algorithms => new(Enum.GetValues<KeyAlgorithm>());

    [SkippableTheory]
    [MemberData(nameof(Algorithms))]
    public void Peers_verify_requests_for_every_key(KeyAlgorithm algorithm)
    {
        var (openssl, certtool) = (Peer.Require("openssl"), Peer.Require("certtool"));
        using var key = SharedKeys.Of(algorithm);

        CertificateSigningRequest.Create(DistinguishedName.Parse("CN=api.example.com,O=Acme,C=FR"), AlternativeNames.Parse(["api.example.com", "10.0.0.1"]), key).Save(folder.At("a.csr"));

        var text = openssl.Run("req", "-in", folder.At("a.csr"), "-verify", "-noout", "-text").All;
        Assert.Contains("verify OK", text, StringComparison.Ordinal);
        Assert.Contains("Subject: C = FR, O = Acme, CN = api.example.com", text, StringComparison.Ordinal);
        Assert.Contains("DNS:api.example.com, IP Address:10.0.0.1", text, StringComparison.Ordinal);
        var info = certtool.Run("--crq-info", "--infile", folder.At("a.csr")).All;
        Assert.Contains("Self signature: verified", info, StringComparison.Ordinal);
        Assert.Contains("DNSname: api.example.com", info, StringComparison.Ordinal);
        Assert.True(new Pkcs10CertificationRequest(CertificateSigningRequest.Open(folder.At("a.csr")).Der.ToArray()).Verify());
    }

    [Fact]
    public void A_request_tells_what_it_was_made_of()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        key.Save(folder.At("a.key"));
        var made = CertificateSigningRequest.Create(DistinguishedName.Parse("CN=ann"), [], key);
        made.Save(folder.At("a.csr"));

        Assert.Equal(("CN=ann", folder.At("a.csr"), folder.At("a.key"), true), (made.ToString(), made.Path, made.KeyPath, made.SignatureValid));
        Assert.Same(key, made.PrivateKey);
        Assert.Empty(made.RequestedExtensions);

        var read = CertificateSigningRequest.Open(folder.At("a.csr"));
        Assert.Equal(("CN=ann", folder.At("a.csr"), null, true), (read.ToString(), read.Path, read.KeyPath, read.SignatureValid));
        Assert.Null(read.PrivateKey);
        Assert.Equal(made.Der.ToArray(), read.Der.ToArray());
        Assert.Equal(made.PublicKey, read.PublicKey);
    }

    [SkippableFact]
    public void Alternative_names_are_critical_when_there_is_no_subject()
    {
        var openssl = Peer.Require("openssl");
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var made = CertificateSigningRequest.Create(DistinguishedName.Empty, AlternativeNames.Parse(["api.example.com"]), key);
        made.Save(folder.At("a.csr"));

        Assert.Equal("DNS:api.example.com", made.ToString());
        Assert.Contains("X509v3 Subject Alternative Name: critical", openssl.Run("req", "-in", folder.At("a.csr"), "-verify", "-noout", "-text").All, StringComparison.Ordinal);
        Assert.Equal(["2.5.29.17"], CertificateSigningRequest.Open(folder.At("a.csr")).RequestedExtensions);
    }

    [Fact]
    public void A_request_that_names_nobody_is_refused()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);

        Assert.Equal(ErrorCode.SubjectMissing, Assert.Throws<NameException>(() => CertificateSigningRequest.Create(DistinguishedName.Empty, [], key)).Code);
    }

    [Fact]
    public void An_existing_file_is_replaced_only_when_asked()
    {
        using var key = SharedKeys.Of(KeyAlgorithm.EcdsaP256);
        var made = CertificateSigningRequest.Create(DistinguishedName.Parse("CN=ann"), [], key);
        folder.Write("a.csr", "precious");

        Assert.Equal(ErrorCode.FileExists, Assert.Throws<OutputException>(() => made.Save(folder.At("a.csr"))).Code);
        Assert.Null(made.Path);

        made.Save(folder.At("a.csr"), overwrite: true);
        Assert.True(CertificateSigningRequest.Open(folder.At("a.csr")).SignatureValid);
    }
}

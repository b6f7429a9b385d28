using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;
using Org.BouncyCastle.Pkcs;

namespace MtlsTools.Tests.Issuance;

/// <summary>Everything that is made, with every kind of name, is read and verified by OpenSSL, GnuTLS, Go, NSS, BouncyCastle, Java and Python.</summary>
public sealed class PeerMatrixTests : IDisposable
{
    private static readonly string[] ServerHosts = ["api.example.com", "a.example.org", "xn--bcher-kva.example", "192.0.2.7", "2001:db8::7"];

    private readonly TemporaryFolder folder = new();
    private readonly ChainPeers peers;

    public PeerMatrixTests() => peers = new ChainPeers(folder);

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData(KeyAlgorithm.EcdsaP384)]
    [InlineData(KeyAlgorithm.Rsa2048)]
    public void Every_peer_accepts_every_kind_of_leaf(KeyAlgorithm algorithm)
    {
        var (root, inter) = Authorities(algorithm);
        var (server, client, both) = Leaves(inter);

        peers.AssertAccepted(server, root.Certificate, "server", ServerHosts);
        peers.AssertAccepted(client, root.Certificate, "client");
        peers.AssertAccepted(both, root.Certificate, "server", "node.example.com");
        peers.AssertAccepted(both, root.Certificate, "client");
    }

    [SkippableFact]
    public void Every_peer_refuses_what_is_wrong()
    {
        var (root, inter) = Authorities(KeyAlgorithm.EcdsaP384);
        var (server, client, _) = Leaves(inter);
        var impostor = CertificateAuthority.Create(folder.At("impostor"), new AuthorityOptions { Subject = root.Certificate.Subject }).Certificate;

        // The tests above would prove nothing with peers that accept all.
        Assert.All(peers.All, peer => Assert.NotNull(peer.Value(server, impostor, "server", [])));
        Assert.All(peers.All, peer => Assert.NotNull(peer.Value(server.WithChain([]), root.Certificate, "server", [])));
        foreach (var peer in new[] { "openssl", "certtool", "go", "certutil" })
        {
            Assert.NotNull(peers.All[peer](server, root.Certificate, "client", []));
            Assert.NotNull(peers.All[peer](client, root.Certificate, "server", []));
        }

        foreach (var peer in new[] { "openssl", "certtool", "go" })
            Assert.NotNull(peers.All[peer](server, root.Certificate, "server", ["other.example.com"]));
    }

    [SkippableTheory]
    [InlineData(KeyAlgorithm.EcdsaP384)]
    [InlineData(KeyAlgorithm.Rsa2048)]
    public void Python_shakes_hands_with_them(KeyAlgorithm algorithm)
    {
        var python = Peer.Require("python3");
        var (root, inter) = Authorities(algorithm);
        var (server, client, both) = Leaves(inter);

        var said = Handshake(python, server, client, root, ServerHosts).Output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(ServerHosts.Select(host => $"{host} TLSv1.3 client serial: {client.SerialNumber}"), said);
        Handshake(python, both, both, root, "node.example.com");
    }

    [SkippableFact]
    public void Java_reads_them()
    {
        var keytool = Peer.Require("keytool");
        var (_, inter) = Authorities(KeyAlgorithm.EcdsaP384);
        var (server, client, _) = Leaves(inter);

        var text = keytool.Run("-J-Dfile.encoding=UTF-8", "-J-Dsun.stdout.encoding=UTF-8", "-printcert", "-file", peers.FullChain(server)).Output;

        Assert.Contains("CN=Zürich Dienste, O=Zoë & Söhne, C=CH", text, StringComparison.Ordinal);
        foreach (var name in new[] { "DNSName: api.example.com", "DNSName: *.example.org", "DNSName: xn--bcher-kva.example", "IPAddress: 192.0.2.7", "IPAddress: 2001:db8:0:0:0:0:0:7", "serverAuth" })
            Assert.Contains(name, text, StringComparison.Ordinal);
        Assert.Contains("PathLen:0", text, StringComparison.Ordinal);
        var names = keytool.Run("-printcert", "-file", peers.FullChain(client)).Output;
        Assert.Contains("RFC822Name: ann@example.com", names, StringComparison.Ordinal);
        Assert.Contains("URIName: spiffe://example.org/ann", names, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(KeyAlgorithm.EcdsaP256)]
    [InlineData(KeyAlgorithm.EcdsaP521)]
    [InlineData(KeyAlgorithm.Rsa2048)]
    public void Every_peer_verifies_a_request(KeyAlgorithm algorithm)
    {
        var (openssl, certtool, go, keytool) = (Peer.Require("openssl"), Peer.Require("certtool"), GoPeer.Require(), Peer.Require("keytool"));
        var request = ServerRequest(algorithm);
        request.Save(folder.At("a.csr"));

        Assert.Contains("verify OK", openssl.Run("req", "-in", folder.At("a.csr"), "-verify", "-noout").All, StringComparison.Ordinal);
        Assert.Contains("Self signature: verified", certtool.Run("--crq-info", "--infile", folder.At("a.csr")).All, StringComparison.Ordinal);
        var said = go.Run("request", folder.At("a.csr")).Output;
        Assert.Contains("subject: CN=Zürich Dienste,O=Zoë & Söhne,C=CH", said, StringComparison.Ordinal);
        Assert.Contains("names: [api.example.com *.example.org xn--bcher-kva.example] [192.0.2.7 2001:db8::7] [] []", said, StringComparison.Ordinal);
        Assert.Contains("IPAddress: 2001:db8:0:0:0:0:0:7", keytool.Run("-printcertreq", "-file", folder.At("a.csr")).Output, StringComparison.Ordinal);
        Assert.True(new Pkcs10CertificationRequest(request.Der.ToArray()).Verify());
    }

    private (CertificateAuthority Root, CertificateAuthority Inter) Authorities(KeyAlgorithm algorithm)
    {
        var root = TestAuthority.Create(folder, "root", change: options => options with { KeyAlgorithm = algorithm, CrlUrls = ["http://crl.example.com/root.crl"] });
        return (root, TestAuthority.Create(folder, "inter", issuer: root, change: options => options with { KeyAlgorithm = algorithm }));
    }

    private static (MtlsCertificate Server, MtlsCertificate Client, MtlsCertificate Both) Leaves(CertificateAuthority issuer) => (
        issuer.Issue(CertificateProfile.Server, ServerRequest(KeyAlgorithm.EcdsaP256)),
        issuer.Issue(CertificateProfile.Client, TestAuthority.Request("CN=ann,OU=研究+OU=Ops,O=Acme", "email:ann@example.com,URI:spiffe://example.org/ann", KeyAlgorithm.EcdsaP521)),
        issuer.Issue(CertificateProfile.Peer, TestAuthority.Request("", "node.example.com", KeyAlgorithm.Rsa2048)));

    private static CertificateSigningRequest ServerRequest(KeyAlgorithm algorithm) =>
        TestAuthority.Request("CN=Zürich Dienste,O=Zoë & Söhne,C=CH", "api.example.com,*.example.org,bücher.example,192.0.2.7,2001:db8::7", algorithm);

    private PeerResult Handshake(Peer python, MtlsCertificate server, MtlsCertificate client, CertificateAuthority root, params string[] hosts) =>
        python.Run([Peer.Asset("handshake.py"), peers.FullChain(server), Key(server), root.CertificatePath, peers.FullChain(client), Key(client), root.CertificatePath, .. hosts]);

    private string Key(MtlsCertificate certificate) => folder.Write($"{Guid.NewGuid():N}.key", certificate.PrivateKey!.ExportPem(null));
}

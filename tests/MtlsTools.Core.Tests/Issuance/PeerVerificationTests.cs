using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Issuance;

/// <summary>Three other implementations accept everything that is issued, for every kind of key.</summary>
public sealed class PeerVerificationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [SkippableTheory]
    [InlineData(KeyAlgorithm.EcdsaP256)]
    [InlineData(KeyAlgorithm.EcdsaP384)]
    [InlineData(KeyAlgorithm.EcdsaP521)]
    [InlineData(KeyAlgorithm.Rsa2048)]
    [InlineData(KeyAlgorithm.Rsa3072)]
    [InlineData(KeyAlgorithm.Rsa4096)]
    public void Chains_hold(KeyAlgorithm algorithm)
    {
        var (openssl, peers) = (Peer.Require("openssl"), new ChainPeers(folder));
        var root = TestAuthority.Create(folder, "root", change: options => options with { KeyAlgorithm = algorithm, CrlUrls = ["http://crl.example.com/root.crl"] });
        var inter = TestAuthority.Create(folder, "inter", issuer: root, change: options => options with { KeyAlgorithm = algorithm });

        foreach (var issuer in new[] { root, inter })
        {
            var server = issuer.Issue(CertificateProfile.Server, TestAuthority.Request("CN=api.example.com,O=Acme", "localhost,127.0.0.1", algorithm));
            var client = issuer.Issue(CertificateProfile.Client, TestAuthority.Request("CN=ann", algorithm: algorithm));
            var peer = issuer.Issue(CertificateProfile.Peer, TestAuthority.Request("", "node.example.com", algorithm));

            PeerResult OpenSsl(string purpose, params MtlsCertificate[] leaves) => openssl.Try(
                ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", root.CertificatePath, "-untrusted", inter.CertificatePath, .. leaves.Select(leaf => leaf.Path!)]);
            var (asServer, asClient) = (OpenSsl("sslserver", server, peer), OpenSsl("sslclient", client, peer));
            Assert.True(asServer.ExitCode == 0, asServer.All);
            Assert.True(asClient.ExitCode == 0, asClient.All);
            Assert.NotEqual(0, OpenSsl("sslclient", server).ExitCode);
            Assert.NotEqual(0, OpenSsl("sslserver", client).ExitCode);
            foreach (var leaf in new[] { server, client, peer })
            {
                var usage = leaf == client ? "client" : "server";
                Assert.Null(peers.All["certtool"](leaf, root.Certificate, usage, []));
                Assert.Null(peers.All["BouncyCastle"](leaf, root.Certificate, usage, []));
            }
        }
    }
}

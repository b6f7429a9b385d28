using MtlsTools.Verification;

namespace MtlsTools.Connections.Diagnosis;

/// <summary>What each finding means where nothing but an error message is at hand.</summary>
internal static class FindingCatalog
{
    private static readonly Dictionary<FindingId, (FindingSide Side, string Cause, string Remedy)> Entries = new()
    {
        [FindingId.CertificateExpired] = (FindingSide.Server, "The certificate that was verified, or a CA above it, has expired.", "Issue a new certificate; if it is a CA's, renew the CA first. Compare the clocks of both sides."),
        [FindingId.CertificateNotYetValid] = (FindingSide.Server, "The certificate that was verified is not valid yet.", "Compare the clocks of both sides, or wait."),
        [FindingId.IssuerNotFound] = (FindingSide.Unknown, "Who issued the certificate that was verified is not known to the side that verified it: an intermediate was not sent along, or the root is not trusted.", "Let the side that owns the certificate send its full chain (certificate, then intermediates: Export-MtlsCertificate -Format FullChain). If it does, let the other side trust the root (-TrustedCa, curl --cacert, nginx ssl_client_certificate)."),
        [FindingId.RootNotTrusted] = (FindingSide.Unknown, "The chain that was verified ends at a self-signed certificate that is not trusted.", "Let the side that verified trust that root if it is the right one (-TrustedCa, curl --cacert, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE); else use a certificate of a CA that it trusts."),
        [FindingId.SignatureInvalid] = (FindingSide.Unknown, "A signature does not fit: a certificate was changed, another CA of the same name signed it, or the proof of the private key is wrong.", "Get fresh copies of certificate and CA; check the pair with Compare-MtlsKeyPair."),
        [FindingId.WrongPurpose] = (FindingSide.Server, "The certificate that was verified is not made for this purpose (extendedKeyUsage or keyUsage).", "Issue one with the profile Server for servers, Client for clients, or Peer for both."),
        [FindingId.IssuerMayNotSign] = (FindingSide.Unknown, "A certificate stands above another in the chain, but is no CA, or its path length is exceeded.", "Use a CA that may sign at this depth; check the chain with Test-MtlsCertificate."),
        [FindingId.NameNotPermitted] = (FindingSide.Unknown, "A name of the certificate lies outside what a CA above it may certify (name constraints).", "Issue it with permitted names, or by another CA."),
        [FindingId.AlgorithmTooWeak] = (FindingSide.Unknown, "A key or a signature in the chain is too weak for the side that verified it.", "Issue the certificate again with SHA-256, and for a new key where the key is short (RSA below 2048 bits)."),
        [FindingId.CertificateRevoked] = (FindingSide.Server, "The certificate that was verified is revoked.", "Request a new certificate for a new key."),
        [FindingId.CrlMissing] = (FindingSide.Unknown, "The side that verified checks revocation and found no list (or responder) for a CA of the chain.", "Give it the CRL of every CA in the chain, the root's too (nginx ssl_crl, openssl -CRL); or on a private CA without one, turn the check off (curl on Windows: --ssl-revoke-best-effort)."),
        [FindingId.CrlNotFresh] = (FindingSide.Unknown, "A revocation list of a CA in the chain has ended, or is not valid yet; until there is a new one everybody is refused.", "Publish a new list (Publish-MtlsCrl) and give it to the side that verifies."),
        [FindingId.HostNameMismatch] = (FindingSide.Server, "The server's certificate does not cover the name by which it was called. The common name does not count: names stand in the subject alternative name.", "Call the server by a name of its certificate, or issue one that has this name (New-MtlsCertificate -DnsName, -IPAddress)."),
        [FindingId.KeyMismatch] = (FindingSide.Client, "Private key and certificate do not belong together.", "Find the matching pair with Compare-MtlsKeyPair, or request a new certificate for the key."),
        [FindingId.NameNotResolved] = (FindingSide.Network, "The host name has no address.", "Check the spelling and the DNS."),
        [FindingId.ConnectionRefused] = (FindingSide.Server, "Nothing listens on the port.", "Start the server, or check address and port."),
        [FindingId.TimedOut] = (FindingSide.Network, "The other side did not answer in time.", "Check the way there and firewalls that drop packets; then the server."),
        [FindingId.NetworkFailed] = (FindingSide.Network, "The connection was closed or reset.", "Look into the server's log, and for a firewall or proxy in between. Under TLS 1.3 some servers (Node.js, .NET on Linux) refuse a client certificate in this way: Test-MtlsConnection tells."),
        [FindingId.NotTls] = (FindingSide.Server, "One side speaks TLS and the other does not: a plain-text port, http instead of https, or a protocol that begins in the clear (STARTTLS).", "Name the TLS port, or turn TLS on there."),
        [FindingId.NoCommonTlsVersion] = (FindingSide.Unknown, "The two sides share no TLS version, cipher suite or signature scheme.", "Enable TLS 1.2 and 1.3 on both sides; renew a side that knows neither."),
        [FindingId.HandshakeFailed] = (FindingSide.Unknown, "The TLS handshake failed for a reason that the message does not name.", "Run Test-MtlsConnection against the server: it finds the cause and the side."),
        [FindingId.NoClientCertificateSent] = (FindingSide.Client, "The server requires a client certificate and got none.", "Give certificate and key (-Certificate and -Key, curl --cert and --key). If they were given: the server may announce other CAs, or the certificate lacks clientAuth."),
        [FindingId.ClientCertificateUntrusted] = (FindingSide.Client, "The server does not trust the CA that issued the client certificate.", "Use a certificate of a CA that the server trusts, or add the CA to the server's client CAs (nginx ssl_client_certificate)."),
        [FindingId.ClientCertificateExpired] = (FindingSide.Client, "The server says that the client certificate, a CA above it, or its revocation list has expired.", "Issue a new client certificate; compare the clocks; look at the dates of the CAs and lists on the server."),
        [FindingId.ClientCertificateNotYetValid] = (FindingSide.Client, "The client certificate is not valid yet by the server's clock.", "Compare the clocks of both sides, or wait."),
        [FindingId.ClientCertificateWrongPurpose] = (FindingSide.Client, "The client certificate is not made for TLS clients (clientAuth).", "Issue one with the profile Client or Peer."),
        [FindingId.ClientCertificateRevoked] = (FindingSide.Client, "The server says that the client certificate is revoked.", "Request a new certificate for a new key."),
        [FindingId.ClientChainIncomplete] = (FindingSide.Client, "The client sent its certificate without the intermediate that stands between it and the root that the server trusts.", "Give the client a full-chain file (certificate, then intermediates)."),
        [FindingId.ClientCertificateRejected] = (FindingSide.Unknown, "The server refused the client certificate without naming a reason: some servers say this of every fault.", "Run Test-MtlsConnection with the certificate, which checks dates, purpose, chain and issuers; then look into the server's log."),
        [FindingId.KeyNotUsable] = (FindingSide.Client, "The system's TLS can not use the private key: SChannel takes no keys that live in memory only, and the account needs permission for the others.", "Load the certificate from a store or a PFX with a persisted key (this module does so by itself), and give the account access to the key."),
        [FindingId.KeyNotOpened] = (FindingSide.Client, "A PFX or an encrypted key could not be opened: the password is wrong, or the program does not know its encryption (AES-256 PFX before Windows Server 2019 and on older macOS; RC2 with OpenSSL 3).", "Give the right password; if it is right, write the file anew with Export-MtlsCertificate -Compatibility."),
        [FindingId.ClosedWithoutAnswer] = (FindingSide.Server, "The server closed the connection before it answered.", "Look into the server's log. Some servers refuse a client certificate in this way: Test-MtlsConnection tells."),
        [FindingId.ChainInvalid] = (FindingSide.Unknown, "A certificate of the chain can not be used as it is.", "Look at it with Test-MtlsCertificate, and issue it again."),
        [FindingId.MessageTooLarge] = (FindingSide.Server, "A handshake message, most likely a certificate with its chain, is larger than the other side takes (OpenSSL: 100 KiB).", "Use a certificate with fewer names, and send the chain without the root."),
        [FindingId.TlsAlert] = (FindingSide.Unknown, "The other side ended the connection with an alert that has nothing to do with certificates.", "Look into its log."),
    };

    internal static IEnumerable<FindingId> Ids => Entries.Keys;

    /// <summary>What is meant: one thing likely, or one of several things.</summary>
    internal static IReadOnlyList<Finding> Of(IReadOnlyList<FindingId> ids, FindingSide? side = null) =>
        ids.Select(id => Of(id, side, ids.Count == 1 ? FindingConfidence.Likely : FindingConfidence.Possible)).ToList();

    private static Finding Of(FindingId id, FindingSide? side, FindingConfidence confidence)
    {
        var (usual, cause, remedy) = Entries[id];
        return new Finding(id, side ?? usual, FindingSeverity.Error, cause, remedy, confidence);
    }
}

namespace MtlsTools.Verification;

/// <summary>What was found, as a stable name to assert on.</summary>
public enum FindingId
{
    /// <summary>A certificate's validity has ended.</summary>
    CertificateExpired,

    /// <summary>A certificate's validity has not begun.</summary>
    CertificateNotYetValid,

    /// <summary>A certificate's issuer is neither among the trusted CAs nor among the intermediates.</summary>
    IssuerNotFound,

    /// <summary>A CA of the issuer's name is known, but with another key: a look-alike, or an older or newer CA.</summary>
    IssuerKeyDiffers,

    /// <summary>The chain ends at a root that is not trusted.</summary>
    RootNotTrusted,

    /// <summary>A signature in the chain is wrong.</summary>
    SignatureInvalid,

    /// <summary>The certificate is not made for this purpose.</summary>
    WrongPurpose,

    /// <summary>A certificate in the chain may not sign others, or not at this depth.</summary>
    IssuerMayNotSign,

    /// <summary>The chain breaks another rule of RFC 5280.</summary>
    ChainInvalid,

    /// <summary>A name of the certificate lies outside what a CA above it may certify (name constraints).</summary>
    NameNotPermitted,

    /// <summary>The certificate has no policy that the CAs above it demand and allow.</summary>
    PolicyNotSatisfied,

    /// <summary>A signature or a key in the chain is too weak to prove anything.</summary>
    AlgorithmTooWeak,

    /// <summary>A signature is made with an algorithm that can not be checked here.</summary>
    AlgorithmNotSupported,

    /// <summary>The search for a path, or the comparison of names, would take too long.</summary>
    ChainTooComplex,

    /// <summary>A certificate of the chain is revoked.</summary>
    CertificateRevoked,

    /// <summary>No revocation list of an issuer is given.</summary>
    CrlMissing,

    /// <summary>A revocation list is too old, or not valid yet.</summary>
    CrlNotFresh,

    /// <summary>A revocation list is not signed by the CA, or is of a kind that can not be used.</summary>
    CrlNotUsable,

    /// <summary>A certificate of the chain ends sooner than allowed.</summary>
    EndsSoon,

    /// <summary>The platform's own verification comes to another verdict.</summary>
    PlatformDiffers,

    /// <summary>The certificates of a file do not stand in the order that TLS wants: the certificate first, then each one's issuer.</summary>
    ChainOutOfOrder,

    /// <summary>A file that is sent to peers holds the root, which they do not need.</summary>
    RootIncluded,

    /// <summary>A file holds certificates that do not belong to the chain.</summary>
    UnrelatedCertificate,

    /// <summary>Subject and issuer have the same name although the certificate is not self-signed: programs that compare names take it for a root.</summary>
    LooksSelfSigned,

    /// <summary>The certificate has no extensions, so programs differ in what they take it for.</summary>
    NoExtensions,

    /// <summary>The certificate does not cover the host name.</summary>
    HostNameMismatch,

    /// <summary>The private key is not the certificate's.</summary>
    KeyMismatch,

    /// <summary>The host name has no address.</summary>
    NameNotResolved,

    /// <summary>Nothing listens on the port.</summary>
    ConnectionRefused,

    /// <summary>A stage took longer than allowed.</summary>
    TimedOut,

    /// <summary>The network failed in another way.</summary>
    NetworkFailed,

    /// <summary>The other side does not speak TLS.</summary>
    NotTls,

    /// <summary>The two sides share no TLS version or cipher suite.</summary>
    NoCommonTlsVersion,

    /// <summary>The handshake failed on this side: what came is no proper TLS, or this system can not go on with it.</summary>
    HandshakeFailed,

    /// <summary>The server asked for a client certificate and none was sent.</summary>
    NoClientCertificateSent,

    /// <summary>The server does not trust the client certificate's issuer.</summary>
    ClientCertificateUntrusted,

    /// <summary>The server refuses the client certificate because it has expired.</summary>
    ClientCertificateExpired,

    /// <summary>The server refuses the client certificate because it is not valid yet.</summary>
    ClientCertificateNotYetValid,

    /// <summary>The server refuses the client certificate because it is not made for clients.</summary>
    ClientCertificateWrongPurpose,

    /// <summary>The server refuses the client certificate because it is revoked.</summary>
    ClientCertificateRevoked,

    /// <summary>The client certificate's intermediate was not sent, and the server does not have it.</summary>
    ClientChainIncomplete,

    /// <summary>The server refused the client and gave no usable reason.</summary>
    ClientCertificateRejected,

    /// <summary>The client certificate is good, but its name is not among those that the server serves.</summary>
    ClientNameNotAllowed,

    /// <summary>The two sides' clocks differ so much that one of them takes a certificate for expired, or not valid yet.</summary>
    ClockSkew,

    /// <summary>This system, or this account, can not use the private key for TLS.</summary>
    KeyNotUsable,

    /// <summary>A PFX or an encrypted key can not be opened: the password is wrong, or its encryption is not known to the program.</summary>
    KeyNotOpened,

    /// <summary>The server did not ask for a client certificate: whoever connects is served.</summary>
    ClientCertificateNotRequested,

    /// <summary>The server asks for a client certificate, but serves clients that have none.</summary>
    ClientCertificateOptional,

    /// <summary>A refusal was expected and the server accepted.</summary>
    AcceptedUnexpectedly,

    /// <summary>The server did not serve a client that it has to refuse, but the reason may be another than the certificate.</summary>
    RefusalUnproven,

    /// <summary>A probe of a battery was not made, so that it proves nothing.</summary>
    ProbeNotMade,

    /// <summary>The server answered, but not with success.</summary>
    UnexpectedHttpStatus,

    /// <summary>The server closed the connection before it answered.</summary>
    ClosedWithoutAnswer,

    /// <summary>The server's answer is no HTTP.</summary>
    NotHttp,

    /// <summary>The server sent a TLS alert with no more particular meaning here.</summary>
    TlsAlert,

    /// <summary>A refusal was expected and came, but for another reason.</summary>
    RejectedForAnotherReason,

    /// <summary>The server kept the connection and said nothing, which proves neither yes nor no.</summary>
    AcceptanceNotProved,

    /// <summary>The server began an answer and did not come to the point.</summary>
    AnswerIncomplete,

    /// <summary>The server speaks another protocol than the one that was named.</summary>
    UnexpectedAnswer,

    /// <summary>The server let the client in, and its application complains about something else.</summary>
    ApplicationError,

    /// <summary>A handshake message is larger than this system takes.</summary>
    MessageTooLarge,

    /// <summary>The server speaks the protocol, but offers no TLS.</summary>
    StartTlsNotOffered,

    /// <summary>The server was asked for TLS and refused, or closed the connection.</summary>
    StartTlsRefused,

    /// <summary>The proxy opens no way to the target.</summary>
    ProxyRefused,

    /// <summary>The proxy wants to know who asks, or does not let this user through.</summary>
    ProxyAuthenticationRequired,

    // Revocation, asked of a responder or a list.

    /// <summary>A responder can not be reached, or gives no whole answer.</summary>
    OcspNotReached,

    /// <summary>A responder answers that it gives no answer: tryLater, unauthorized, sigRequired, malformedRequest, internalError.</summary>
    OcspRefused,

    /// <summary>What came is no OCSP response, or not one about this certificate.</summary>
    OcspResponseInvalid,

    /// <summary>Whoever signed a response may not speak for the CA.</summary>
    OcspResponderNotAuthorized,

    /// <summary>Whether a responder's own certificate is revoked could not be learned.</summary>
    OcspResponderNotChecked,

    /// <summary>A response repeats another nonce than that of the request.</summary>
    OcspNonceMismatch,

    /// <summary>A response does not repeat the nonce of the request.</summary>
    OcspNonceMissing,

    /// <summary>An answer is too old, or not valid yet.</summary>
    OcspNotFresh,

    /// <summary>The CA's responder does not know the certificate.</summary>
    OcspUnknownCertificate,

    /// <summary>Nobody is known who could say whether the certificate is revoked.</summary>
    RevocationSourceMissing,

    /// <summary>A revocation list can not be fetched, or is none.</summary>
    CrlNotReached,

    /// <summary>A server sent no OCSP response along in its handshake.</summary>
    StapleMissing,
}

namespace MtlsTools.Server;

/// <summary>How a server misbehaves, so that a client's handling of it can be tested. Each has one fault and no other.</summary>
public enum ServerScenario
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Its certificate has expired.</summary>
    ExpiredCertificate,

    /// <summary>Its certificate is not valid yet.</summary>
    NotYetValidCertificate,

    /// <summary>Its certificate is for another host.</summary>
    WrongHost,

    /// <summary>Its certificate is for clients alone.</summary>
    WrongPurpose,

    /// <summary>Its certificate is signed by its own key.</summary>
    SelfSigned,

    /// <summary>Its certificate is signed by a CA that has the name of the one the client trusts, and another key.</summary>
    UntrustedCa,

    /// <summary>It does not send its intermediate.</summary>
    MissingIntermediate,

    /// <summary>It speaks TLS 1.2 alone.</summary>
    Tls12Only,

    /// <summary>It answers in plain HTTP what should be a handshake.</summary>
    PlainHttp,

    /// <summary>It closes every connection at once.</summary>
    DropBeforeHandshake,

    /// <summary>It closes the connection once it has read the request.</summary>
    DropBeforeAnswer,

    /// <summary>It closes the connection in the middle of the answer.</summary>
    TruncatedAnswer,

    /// <summary>It sends the answer's body octet by octet, ten in a second.</summary>
    Slow,

    /// <summary>It reads the request and never answers.</summary>
    Silent,
}

namespace MtlsTools.Lab;

/// <summary>The ways in which a client's certificate can be wrong.</summary>
public enum BadCertificateKind
{
    /// <summary>Signed with its own key, under the good client's name.</summary>
    SelfSigned,

    /// <summary>Issued by a CA that nobody knows.</summary>
    OtherCa,

    /// <summary>Issued by a CA that has the true CA's name and another key.</summary>
    LookAlikeCa,

    /// <summary>Past its end.</summary>
    Expired,

    /// <summary>Before its beginning.</summary>
    NotYetValid,

    /// <summary>Made for servers: serverAuth, and no clientAuth.</summary>
    ServerOnly,

    /// <summary>A CA's own certificate.</summary>
    CaCertificate,

    /// <summary>A good certificate, with a key that is not its own.</summary>
    OtherKey,

    /// <summary>Issued by an intermediate CA that is not sent along.</summary>
    NoIntermediate,

    /// <summary>With a key that proves nothing any more: RSA of 1024 bits.</summary>
    WeakKey,

    /// <summary>Signed with a hash that proves nothing any more: SHA-1.</summary>
    WeakSignature,

    /// <summary>Revoked by its CA.</summary>
    Revoked,
}

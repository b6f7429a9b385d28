namespace MtlsTools.Connections.Enforcement;

/// <summary>What is tried on a server. Only <see cref="GoodClient"/> may get in.</summary>
public enum EnforcementProbe
{
    /// <summary>A good client, when one is given: it has to get in.</summary>
    GoodClient,

    /// <summary>No certificate at all.</summary>
    NoCertificate,

    /// <summary>A self-signed certificate with the good client's name.</summary>
    SelfSigned,

    /// <summary>A certificate of a CA that nobody knows.</summary>
    OtherCa,

    /// <summary>A certificate of a CA that has the true CA's name and another key.</summary>
    LookAlikeCa,

    /// <summary>An expired certificate of such a look-alike.</summary>
    Expired,

    /// <summary>A certificate of such a look-alike that is not valid yet.</summary>
    NotYetValid,

    /// <summary>A server's certificate of such a look-alike.</summary>
    ServerOnly,

    /// <summary>The look-alike's own certificate, a CA's.</summary>
    CaCertificate,

    /// <summary>The good certificate, with a key that is not its own.</summary>
    OtherKey,

    /// <summary>A certificate of an intermediate CA that is not sent along.</summary>
    NoIntermediate,

    /// <summary>A certificate with an RSA key of 1024 bits.</summary>
    WeakKey,

    /// <summary>A certificate that is signed with SHA-1.</summary>
    WeakSignature,

    /// <summary>A certificate of the true CA that has expired.</summary>
    IssuedExpired,

    /// <summary>A certificate of the true CA that is not valid yet.</summary>
    IssuedNotYetValid,

    /// <summary>A server's certificate of the true CA.</summary>
    IssuedServerOnly,

    /// <summary>A certificate of the true CA that is revoked.</summary>
    IssuedRevoked,
}

/// <summary>What should become of a probe.</summary>
public enum ExpectedOutcome
{
    /// <summary>The server has to refuse it.</summary>
    Refused,

    /// <summary>The server has to let it in.</summary>
    Accepted,

    /// <summary>Both are right: it is good to know which.</summary>
    Either,
}

/// <summary>What became of a probe.</summary>
public enum ProbeOutcome
{
    /// <summary>The server refused it, and the evidence says so.</summary>
    Refused,

    /// <summary>It got in: application data came back.</summary>
    Accepted,

    /// <summary>It could not be sent: TLS, or this system, does not let such a certificate be used.</summary>
    Impossible,

    /// <summary>The server does not speak this TLS version, so that nobody gets in by it.</summary>
    NotOffered,

    /// <summary>It did not get in, but the reason may be another than the certificate. A good client would tell.</summary>
    Unproven,

    /// <summary>It could not be tried: the network failed, or the certificate could not be made.</summary>
    NotTested,
}

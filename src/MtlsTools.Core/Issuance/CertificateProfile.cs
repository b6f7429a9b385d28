namespace MtlsTools.Issuance;

/// <summary>The built-in profiles: what a certificate is for decides its extensions, lifetime and default key.</summary>
public enum CertificateProfile
{
    /// <summary>A self-signed CA: P-384, 10 years, keyCertSign and cRLSign.</summary>
    Root,

    /// <summary>A CA below another: P-384, 5 years, path length 0.</summary>
    Intermediate,

    /// <summary>A TLS server: P-256, 90 days, serverAuth, a subject alternative name required.</summary>
    Server,

    /// <summary>A TLS client: P-256, 90 days, clientAuth.</summary>
    Client,

    /// <summary>Both, for services that call each other: P-256, 90 days, serverAuth and clientAuth, a subject alternative name required.</summary>
    Peer,

    /// <summary>No extensions at all, as OpenSSL makes them without an extension file: good for anything, wherever its CA is trusted.</summary>
    Bare,
}

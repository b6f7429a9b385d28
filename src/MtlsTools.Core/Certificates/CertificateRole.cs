namespace MtlsTools.Certificates;

/// <summary>What a certificate is made for, told from basicConstraints and extendedKeyUsage (RFC 5280, 4.2.1.9 and 4.2.1.12).</summary>
public enum CertificateRole
{
    /// <summary>A self-signed certificate authority.</summary>
    RootCa,

    /// <summary>A certificate authority certified by another.</summary>
    IntermediateCa,

    /// <summary>A TLS server (serverAuth).</summary>
    Server,

    /// <summary>A TLS client (clientAuth).</summary>
    Client,

    /// <summary>Both server and client.</summary>
    Peer,

    /// <summary>No extendedKeyUsage at all: strict servers and clients treat such certificates differently.</summary>
    AnyPurpose,

    /// <summary>Other purposes, such as code signing.</summary>
    Other,
}

using MtlsTools.Encoding;

namespace MtlsTools.Configuration;

/// <summary>What a file of a configuration is.</summary>
public enum ConfigFileRole
{
    /// <summary>The configuration, script or program itself.</summary>
    Configuration,

    /// <summary>PEM: the own certificate, its intermediates after it, no root.</summary>
    Certificate,

    /// <summary>PEM: the private key, not encrypted.</summary>
    Key,

    /// <summary>PEM: certificate, intermediates and private key in one file.</summary>
    CertificateAndKey,

    /// <summary>PEM: the CAs that the other side's certificate may come from.</summary>
    Trust,

    /// <summary>PEM: the revocation lists of these CAs.</summary>
    Crl,

    /// <summary>PEM: these CAs and their lists in one file.</summary>
    TrustAndCrl,

    /// <summary>PKCS#12: certificate, intermediates and private key.</summary>
    Pfx,

    /// <summary>PKCS#12 without a key: the trusted CAs, as Java reads them.</summary>
    TrustStore,

    /// <summary>A manifest of a Kubernetes Secret with certificate, intermediates and private key.</summary>
    KubernetesSecret,
}

/// <summary>A file that a configuration consists of or names.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Name">Its name in the folder of the configuration.</param>
/// <param name="Path">Where the configuration looks for it.</param>
public sealed record ConfigFile(ConfigFileRole Role, string Name, string Path)
{
    /// <summary>Whether it was made for this configuration; otherwise it is the file that was given.</summary>
    public bool IsMade => Content is not null;

    /// <summary>Who may read it.</summary>
    internal FileAudience Audience { get; init; } = FileAudience.Everyone;

    /// <summary>What goes into it; null for the file that was given.</summary>
    internal byte[]? Content { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}

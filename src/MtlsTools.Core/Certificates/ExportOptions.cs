using System.Security;

namespace MtlsTools.Certificates;

/// <summary>How a certificate is handed out.</summary>
public sealed record ExportOptions
{
    /// <summary>The form.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>Protects PKCS#12; required for it.</summary>
    public SecureString? Password { get; init; }

    /// <summary>Whether PKCS#12 may be written with an empty password, which protects nothing.</summary>
    public bool AllowEmptyPassword { get; init; }

    /// <summary>Which program PKCS#12 is for.</summary>
    public PfxCompatibility Compatibility { get; init; }

    /// <summary>What the entry in PKCS#12 is called, Java's alias; null takes the certificate's name.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>The name of a Kubernetes Secret; null makes one of the certificate's name.</summary>
    public string? SecretName { get; init; }

    /// <summary>The namespace of a Kubernetes Secret; null leaves it to kubectl.</summary>
    public string? Namespace { get; init; }
}

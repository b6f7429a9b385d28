namespace MtlsTools.Certificates;

/// <summary>The forms in which a certificate is handed out.</summary>
public enum ExportFormat
{
    /// <summary>The certificate alone, PEM.</summary>
    Pem,

    /// <summary>The certificate alone, DER.</summary>
    Der,

    /// <summary>The certificate and its intermediates without the root, PEM: what a server or client sends.</summary>
    FullChain,

    /// <summary>The issuers up to the root, PEM: what the other side needs in order to trust it.</summary>
    Bundle,

    /// <summary>The certificate and every known issuer as PKCS#7 without a signature, DER.</summary>
    P7b,

    /// <summary>The same, PEM.</summary>
    P7bPem,

    /// <summary>Certificate, chain and private key in one password-protected PKCS#12 file.</summary>
    Pfx,

    /// <summary>The issuers up to the root as PKCS#12 without a key, marked as trusted for Java.</summary>
    TrustStore,

    /// <summary>A Kubernetes Secret of the type kubernetes.io/tls: full chain, private key and issuers.</summary>
    KubernetesSecret,

    /// <summary>The certificate alone, DER, as one line of base64.</summary>
    Base64,

    /// <summary>The PFX as one line of base64, for the secrets of pipelines and vaults.</summary>
    PfxBase64,

    /// <summary>What is in the certificate and its chain, with the PEM text, for programs.</summary>
    Json,
}

/// <summary>What each form is like.</summary>
public static class ExportFormats
{
    /// <summary>Whether the private key is in it.</summary>
    public static bool HasPrivateKey(this ExportFormat format) => format is ExportFormat.Pfx or ExportFormat.PfxBase64 or ExportFormat.KubernetesSecret;

    /// <summary>Whether it is PKCS#12: protected by a password, with a choice of algorithms.</summary>
    public static bool IsPkcs12(this ExportFormat format) => format is ExportFormat.Pfx or ExportFormat.PfxBase64 or ExportFormat.TrustStore;

    /// <summary>Whether it is text that may be shown: neither binary nor secret.</summary>
    public static bool IsPublicText(this ExportFormat format) =>
        format is ExportFormat.Pem or ExportFormat.FullChain or ExportFormat.Bundle or ExportFormat.P7bPem or ExportFormat.Base64 or ExportFormat.Json;

    /// <summary>Whether one file of it may hold what several certificates need.</summary>
    public static bool HoldsSeveral(this ExportFormat format) =>
        format is ExportFormat.Pem or ExportFormat.Bundle or ExportFormat.P7b or ExportFormat.P7bPem or ExportFormat.TrustStore;

    /// <summary>The usual ending of its file names.</summary>
    public static string Extension(this ExportFormat format) => format switch
    {
        ExportFormat.Pem => ".pem",
        ExportFormat.Der => ".cer",
        ExportFormat.FullChain => ".chain.pem",
        ExportFormat.Bundle => ".ca.pem",
        ExportFormat.P7b or ExportFormat.P7bPem => ".p7b",
        ExportFormat.Pfx => ".pfx",
        ExportFormat.TrustStore => ".p12",
        ExportFormat.KubernetesSecret => ".yaml",
        ExportFormat.Base64 => ".b64",
        ExportFormat.PfxBase64 => ".pfx.b64",
        ExportFormat.Json => ".json",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not an export format."),
    };
}

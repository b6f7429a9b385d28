using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Stores;

/// <summary>A certificate in one of the current user's stores.</summary>
/// <param name="StoreName">The store.</param>
/// <param name="Certificate">The certificate; its key stays in the store.</param>
/// <param name="HasPrivateKey">Whether the store holds the private key.</param>
public sealed record StoreItem(MtlsStoreName StoreName, MtlsCertificate Certificate, bool HasPrivateKey)
{
    /// <summary>The certificate's name.</summary>
    public string Name => Certificate.Name;

    /// <summary>The certificate's role.</summary>
    public CertificateRole Role => Certificate.Role;

    /// <summary>The end of its validity (UTC).</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter;

    /// <summary>Whole days until then.</summary>
    public int DaysLeft => Certificate.DaysLeft;

    /// <summary>SHA-1 over the certificate: the store's name for it.</summary>
    public string Thumbprint => Certificate.Thumbprint;

    /// <summary>Whether it was there before an import; null outside of one.</summary>
    public bool? AlreadyThere { get; init; }

    /// <summary>Store and name.</summary>
    public override string ToString() => $"CurrentUser\\{StoreName}\\{Thumbprint} ({Name})";
}

/// <summary>The stores that matter for mutual TLS.</summary>
public enum MtlsStoreName
{
    /// <summary>Personal: certificates with their keys.</summary>
    My,

    /// <summary>Intermediate certificate authorities.</summary>
    CA,

    /// <summary>Trusted roots.</summary>
    Root,
}

/// <summary>The platform's names.</summary>
internal static class MtlsStoreNames
{
    internal static StoreName ToPlatform(this MtlsStoreName name) => name switch
    {
        MtlsStoreName.CA => StoreName.CertificateAuthority,
        MtlsStoreName.Root => StoreName.Root,
        _ => StoreName.My,
    };
}

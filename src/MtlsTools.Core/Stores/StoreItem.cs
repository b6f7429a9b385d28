using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Stores;

/// <summary>A certificate in a store, with all that removing it takes.</summary>
/// <param name="Target">The kind of place.</param>
/// <param name="StoreName">What it is there.</param>
/// <param name="Certificate">The certificate; its key stays in the store.</param>
/// <param name="HasPrivateKey">Whether the store holds the private key.</param>
public sealed record StoreItem(StoreTarget Target, MtlsStoreName StoreName, MtlsCertificate Certificate, bool HasPrivateKey)
{
    /// <summary>Whose store: the user's or the machine's; null where the store is a file that says it itself.</summary>
    public StoreLocation? Location { get; init; }

    /// <summary>The file or folder of the store (keychain, NSS folder, keystore, root of the system); null for one that has none.</summary>
    public string? StorePath { get; init; }

    /// <summary>Its name in the store: friendly name, nickname, alias or file; null when it has none.</summary>
    public string? Alias { get; init; }

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

    /// <summary>Where it lies, in words: <c>CurrentUser\My</c>, or the store's file.</summary>
    public string Place => StorePath ?? (Location is null ? Target.ToString() : $"{Location}\\{StoreName}");

    /// <summary>Whether it was there before an import; null outside of one.</summary>
    public bool? AlreadyThere { get; init; }

    /// <summary>Place, thumbprint and name.</summary>
    public override string ToString() => $"{Place}{(StorePath is null ? "\\" : " ")}{Thumbprint} ({Name})";
}

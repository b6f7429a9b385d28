using System.Security;
using MtlsTools.Stores;

namespace MtlsTools.Renewal;

/// <summary>What is to be renewed: files, or a certificate in a store.</summary>
public sealed record RenewalTarget
{
    private RenewalTarget()
    {
    }

    /// <summary>The certificate's file, or null.</summary>
    public string? Path { get; private init; }

    /// <summary>The key's file; null looks for the key in the certificate's file and beside it.</summary>
    public string? KeyPath { get; private init; }

    /// <summary>The file that holds the issuers, where it is another than the certificate's; or null.</summary>
    public string? ChainPath { get; private init; }

    /// <summary>The certificate in a store, or null.</summary>
    public StoreItem? StoreItem { get; private init; }

    /// <summary>Opens and protects the key, the PFX or the store.</summary>
    internal SecureString? Password { get; private init; }

    /// <summary>A certificate in a file.</summary>
    /// <param name="path">The file, as a full path.</param>
    /// <param name="keyPath">The key's file; null looks for the key in the certificate's file and beside it.</param>
    /// <param name="chainPath">The file of the issuers, or null.</param>
    /// <param name="password">Opens the key, and protects the new one where the old one was protected.</param>
    public static RenewalTarget OfFile(string path, string? keyPath = null, string? chainPath = null, SecureString? password = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new RenewalTarget { Path = path, KeyPath = keyPath, ChainPath = chainPath, Password = password };
    }

    /// <summary>A certificate in a store.</summary>
    /// <param name="item">The item.</param>
    /// <param name="password">Opens the store, where it has a password.</param>
    public static RenewalTarget OfStore(StoreItem item, SecureString? password = null)
    {
        ArgumentNullException.ThrowIfNull(item);
        return new RenewalTarget { StoreItem = item, Password = password };
    }

    /// <summary>The place.</summary>
    public override string ToString() => Path ?? StoreItem?.ToString() ?? "";

    internal IRenewalPlace Open(CertificateRenewalOptions options) => StoreItem is { } item
        ? new StorePlace(item, Password)
        : new Files.FilePlace(new Files.FileSettings(Path!, KeyPath, ChainPath, Password, options.Keep, options.NoLink, options.ExpectsReload));
}

using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Stores;

/// <summary>Which store is meant, and how an import is to be done.</summary>
public sealed record StoreOptions
{
    /// <summary>Whose store, where the system has one for the user and one for the machine. The user's by default.</summary>
    public StoreLocation Location { get; init; } = StoreLocation.CurrentUser;

    /// <summary>The store's file or folder: a keychain, a folder of NSS, a Java keystore, the root folder of another Linux system. Null for the program's usual one.</summary>
    public string? StorePath { get; init; }

    /// <summary>What opens that store, or null.</summary>
    public SecureString? StorePassword { get; init; }

    /// <summary>What the certificate shall be in the store; null lets the certificate decide. Issuers that come along are not affected.</summary>
    public MtlsStoreName? StoreName { get; init; }

    /// <summary>Its name in the store; null for the certificate's.</summary>
    public string? Alias { get; init; }

    /// <summary>Whether the private key may leave the store again.</summary>
    public bool Exportable { get; init; }

    /// <summary>Whether an older certificate of the same names is archived (Windows) or removed (elsewhere).</summary>
    public bool ReplaceOlder { get; init; }

    /// <summary>The programs that may use the key without asking (macOS).</summary>
    public IReadOnlyList<string> Applications { get; init; } = [];
}

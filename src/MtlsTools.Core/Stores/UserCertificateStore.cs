using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Stores;

/// <summary>One certificate and the store it belongs in.</summary>
/// <param name="StoreName">The store.</param>
/// <param name="Certificate">The certificate.</param>
public sealed record StoreImportStep(MtlsStoreName StoreName, MtlsCertificate Certificate);

/// <summary>The current user's certificate stores: Windows' own, the login keychain on macOS, .NET's folder elsewhere.</summary>
public static class UserCertificateStore
{
    /// <summary>Where each certificate belongs: the leaf with its key in My, intermediates in CA, self-signed CAs in Root. The wrong store breaks client authentication on Windows (403.16).</summary>
    public static IReadOnlyList<StoreImportStep> Plan(MtlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.Chain.Prepend(certificate).Select(one => new StoreImportStep(StoreFor(one), one)).ToList();
    }

    /// <summary>Carries out one step; what is there already stays as it is.</summary>
    /// <exception cref="StoreException">The store can not be written.</exception>
    public static StoreItem Import(StoreImportStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var certificate = step.Certificate;
        var wantsKey = step.StoreName == MtlsStoreName.My && certificate.HasPrivateKey;
        return Use(step.StoreName, OpenFlags.ReadWrite, store =>
        {
            var present = store.Certificates.Find(X509FindType.FindByThumbprint, certificate.Thumbprint, validOnly: false);
            var complete = present.Count > 0 && (!wantsKey || present[0].HasPrivateKey);
            if (!complete)
            {
                // A certificate that lies there without its key would hide the one with it.
                store.RemoveRange(present);
                using var added = wantsKey ? Persistable(certificate) : null;
                store.Add(added ?? certificate.X509);
            }

            return new StoreItem(step.StoreName, certificate, wantsKey || (complete && present[0].HasPrivateKey)) { AlreadyThere = complete };
        });
    }

    /// <summary>Everything in the stores.</summary>
    /// <param name="stores">Which stores.</param>
    /// <exception cref="StoreException">A store can not be read.</exception>
    public static IEnumerable<StoreItem> Read(IEnumerable<MtlsStoreName> stores)
    {
        ArgumentNullException.ThrowIfNull(stores);
        return stores.SelectMany(name => Use(name, OpenFlags.ReadOnly, store => store.Certificates.Select(one => ToItem(name, one)).ToList()));
    }

    /// <summary>The certificate with a thumbprint.</summary>
    /// <exception cref="StoreException">The certificate is not there, or the store can not be read.</exception>
    public static StoreItem Find(MtlsStoreName name, string thumbprint)
    {
        ArgumentNullException.ThrowIfNull(thumbprint);
        return Use(name, OpenFlags.ReadOnly, store => ToItem(name, Find(store, name, thumbprint)[0]));
    }

    /// <summary>Removes one certificate, and its key with it.</summary>
    /// <exception cref="StoreException">The certificate is not there, or the store can not be written.</exception>
    public static void Remove(MtlsStoreName name, string thumbprint)
    {
        ArgumentNullException.ThrowIfNull(thumbprint);
        Use(name, OpenFlags.ReadWrite, store =>
        {
            var present = Find(store, name, thumbprint);
            foreach (var one in present)
                DeleteWindowsKey(one);
            store.RemoveRange(present);
            return true;
        });
    }

    private static X509Certificate2Collection Find(X509Store store, MtlsStoreName name, string thumbprint)
    {
        var present = store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false);
        return present.Count > 0
            ? present
            : throw new StoreException(ErrorCode.StoreItemNotFound, $"The store CurrentUser\\{name} has no certificate with the thumbprint {thumbprint}. Get-MtlsStoreItem lists what is there.");
    }

    private static MtlsStoreName StoreFor(MtlsCertificate certificate) =>
        !certificate.IsCa ? MtlsStoreName.My : certificate.IsSelfSigned ? MtlsStoreName.Root : MtlsStoreName.CA;

    private static StoreItem ToItem(MtlsStoreName name, X509Certificate2 stored) => new(name, MtlsCertificate.FromX509(stored), stored.HasPrivateKey);

    /// <summary>Only a key that was imported with PersistKeySet outlives the process on Windows.</summary>
    private static X509Certificate2 Persistable(MtlsCertificate certificate)
    {
        using var withKey = certificate.ToX509WithKey();
        if (!OperatingSystem.IsWindows())
            return new X509Certificate2(withKey);
        var imported = WindowsKeys.Reimport(withKey, X509KeyStorageFlags.PersistKeySet | X509KeyStorageFlags.UserKeySet);
        imported.FriendlyName = certificate.Name;
        return imported;
    }

    /// <summary>Removing a certificate from a Windows store leaves its key file behind.</summary>
    private static void DeleteWindowsKey(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows() || !certificate.HasPrivateKey)
            return;
        using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey();
        (key switch { ECDsaCng ec => ec.Key, RSACng rsa => rsa.Key, _ => null })?.Delete();
    }

    private static T Use<T>(MtlsStoreName name, OpenFlags flags, Func<X509Store, T> work)
    {
        try
        {
            using var store = new X509Store(name.ToPlatform(), StoreLocation.CurrentUser, flags);
            return work(store);
        }
        catch (Exception denied) when (denied is CryptographicException or PlatformNotSupportedException or SecurityException or UnauthorizedAccessException)
        {
            throw new StoreException(ErrorCode.StoreAccessDenied, $"The store CurrentUser\\{name} can not be {(flags == OpenFlags.ReadOnly ? "read" : "changed")}: {(denied.InnerException ?? denied).Message} Check that this account may write its own profile; on macOS, roots are trusted through the keychain.", denied);
        }
    }
}

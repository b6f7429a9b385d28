using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys.Platform;

namespace MtlsTools.Stores.X509;

/// <summary>One store of .NET or Windows: what is added, archived and removed in it, and how each is undone.</summary>
internal sealed class X509StoreAccess(StoreLocation location, MtlsStoreName name)
{
    internal bool Holds(StoreItem item) => Use(OpenFlags.ReadOnly, store => Find(store, item.Thumbprint) is { Count: > 0 } present && (!item.HasPrivateKey || present[0].HasPrivateKey));

    internal Action Add(X509Placement placement, StoreOptions options, string? friendlyName) => Use(OpenFlags.ReadWrite, store =>
    {
        // A certificate that lies there without its key would hide the one with it.
        var before = Find(store, placement.Certificate.Thumbprint);
        store.RemoveRange(before);
        using var added = placement.WithKey ? Persistable(placement.Certificate, options) : new X509Certificate2(placement.Certificate.X509);
        if (OperatingSystem.IsWindows())
            added.FriendlyName = friendlyName!;
        store.Add(added);
        var reopen = PlatformKeys.Complete(placement.Certificate.PublicKey);
        return new Action(() =>
        {
            reopen();
            // A key that was there before the import stays there.
            Remove(placement.Certificate.Thumbprint, withKey: placement.Certificate.PrivateKey is { IsEphemeral: true });
            Restore(before);
        });
    });

    /// <summary>Windows only: elsewhere certificates can not be archived.</summary>
    internal Action Archive(string thumbprint)
    {
        Mark(archived: true);
        return () => Mark(archived: false);

        void Mark(bool archived) => Use(OpenFlags.ReadWrite | OpenFlags.IncludeArchived, store =>
        {
            if (OperatingSystem.IsWindows())
            {
                foreach (var one in Find(store, thumbprint))
                    one.Archived = archived;
            }

            return true;
        });
    }

    internal Action Remove(string thumbprint, bool withKey = true) => Use(OpenFlags.ReadWrite, store =>
    {
        var present = Find(store, thumbprint);
        store.RemoveRange(present);

        // Removing a certificate from a Windows store leaves its key file behind.
        foreach (var one in present.Where(_ => withKey))
            DeleteWindowsKey(one);
        return new Action(() => Restore(present));
    });

    internal T Use<T>(OpenFlags flags, Func<X509Store, T> work)
    {
        try
        {
            using var store = new X509Store(name.ToPlatform(), location, flags);
            return work(store);
        }
        catch (Exception denied) when (denied is CryptographicException or PlatformNotSupportedException or SecurityException or UnauthorizedAccessException or IOException)
        {
            throw new StoreException(ErrorCode.StoreAccessDenied, $"The store {location}\\{name} can not be {((flags & OpenFlags.ReadWrite) == 0 ? "read" : "changed")}: {(denied.InnerException ?? denied).Message} Check that this account may write its own profile; on macOS, roots are trusted through the keychain (-Target MacOSKeychain).", denied);
        }
    }

    private void Restore(X509Certificate2Collection former)
    {
        if (former.Count > 0)
        {
            Use(OpenFlags.ReadWrite, store =>
            {
                store.AddRange(former);
                return true;
            });
        }
    }

    private static X509Certificate2Collection Find(X509Store store, string thumbprint) => store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false);

    private static X509Certificate2 Persistable(MtlsCertificate certificate, StoreOptions options)
    {
        var withKey = certificate.ToX509WithKey();

        // Elsewhere the store is a file that the key is written into; a key that a device keeps shall say so itself.
        if (!OperatingSystem.IsWindows())
            CryptographicOperations.ZeroMemory(certificate.PrivateKey!.ExportPkcs8());
        if (!OperatingSystem.IsWindows() || !certificate.PrivateKey!.IsEphemeral)
            return withKey;
        using (withKey)
            return WindowsKeys.Reimport(withKey, X509Placement.KeyFlags(options));
    }

    private static void DeleteWindowsKey(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows() || !certificate.HasPrivateKey)
            return;
        using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey();
        (key switch { ECDsaCng ec => ec.Key, RSACng rsa => rsa.Key, _ => null })?.Delete();
    }
}

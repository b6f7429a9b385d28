using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Host;

/// <summary>A repair of a certificate in a store of the platform.</summary>
internal abstract class StoreRepair(StoredCertificate stored) : HostRepairAction
{
    protected StoredCertificate Stored => stored;

    /// <summary>What Windows asks before it changes the user's own roots.</summary>
    protected string Question => OperatingSystem.IsWindows() && stored is { Location: StoreLocation.CurrentUser, Store: MtlsStoreName.Root } ? " (Windows asks with a dialog of its own)" : "";

    internal override bool IsStillSo() => Use(stored.Store, OpenFlags.ReadOnly, store => Find(store).Count > 0);

    protected X509Certificate2Collection Find(X509Store store) => store.Certificates.Find(X509FindType.FindByThumbprint, stored.Certificate.Thumbprint, validOnly: false);

    protected void Remove() => Use(stored.Store, OpenFlags.ReadWrite, store =>
    {
        store.RemoveRange(Find(store));
        return true;
    });

    /// <exception cref="StoreException">The store can not be read or changed.</exception>
    protected T Use<T>(MtlsStoreName name, OpenFlags flags, Func<X509Store, T> work)
    {
        try
        {
            using var store = new X509Store(name.ToPlatform(), stored.Location, flags);
            return work(store);
        }
        catch (Exception denied) when (denied is CryptographicException or PlatformNotSupportedException or SecurityException or UnauthorizedAccessException)
        {
            throw new StoreException(ErrorCode.StoreAccessDenied, $"The store {stored.Location}\\{name} can not be {(flags == OpenFlags.ReadOnly ? "read" : "changed")}: {(denied.InnerException ?? denied).Message} Run as an administrator for the machine's stores.", denied);
        }
    }
}

/// <summary>Moves a certificate from Root to CA.</summary>
internal sealed class MoveToIntermediates(StoredCertificate stored) : StoreRepair(stored)
{
    internal override string Text => $"Move '{Stored.Certificate.Name}' ({Stored.Certificate.Thumbprint}) from {Stored.Place} to {Stored.Location}\\CA{Question}";

    internal override string? Carry()
    {
        // First there, then away: a failure in between leaves it in both, and nothing is lost.
        Use(MtlsStoreName.CA, OpenFlags.ReadWrite, store =>
        {
            store.Add(Stored.Certificate.X509);
            return true;
        });
        Remove();
        return $"Nothing is lost: it lies in {Stored.Location}\\CA now. Import-MtlsToStore would not put it back among the roots.";
    }
}

/// <summary>Removes a certificate that is of no use any more; it has no key in the stores that this is done to.</summary>
internal sealed class RemoveFromStore(StoredCertificate stored) : StoreRepair(stored)
{
    internal override string Text => $"Remove '{Stored.Certificate.Name}' ({Stored.Certificate.Thumbprint}) from {Stored.Place}";

    internal override string? Carry()
    {
        Remove();

        // The certificate itself, so that no file need be kept for it.
        return $"Put it back from this text: {Environment.NewLine}{Stored.Certificate.ToPem()}";
    }
}

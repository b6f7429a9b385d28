using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys.Platform;

namespace MtlsTools.Stores.X509;

/// <summary>The stores that .NET opens by name: those of Windows, and the user's own elsewhere.</summary>
internal sealed class X509StoreAdapter(StoreTarget target) : IStoreAdapter
{
    private static readonly MtlsStoreName[] Everywhere = [MtlsStoreName.My, MtlsStoreName.CA, MtlsStoreName.Root];

    public void Require(StoreOptions options)
    {
        if (options.StorePath is { } path)
            throw StoreErrors.NotUsed(target, "StorePath", $"it has no file or folder that could be named, such as '{path}'; LinuxTrust, Nss, Java and MacOSKeychain have");
        if (options.Applications.Count > 0)
            throw StoreErrors.NotUsed(target, "Application", "which programs may use a key without asking is a setting of macOS' keychains");
        if (OperatingSystem.IsWindows())
            return;
        if (options.Alias is not null)
            throw StoreErrors.NotUsed(target, "FriendlyName", "certificates have no names of their own in this store");
        if (options.Location == StoreLocation.LocalMachine)
            throw new StoreException(ErrorCode.PlatformNotSupported, "The target DotNetStore keeps nothing for the whole machine on this system. Leave -Location out for your own store; for a CA that all programs of a Linux system shall trust, use -Target LinuxTrust.");
        if (options.StoreName is { } name && name is MtlsStoreName.TrustedPeople or MtlsStoreName.WebHosting or MtlsStoreName.ClientAuthIssuers)
            throw StoreErrors.WindowsOnly(name);
    }

    public IReadOnlyList<StoreStep> Plan(MtlsCertificate certificate, StoreOptions options)
    {
        if (options.Location == StoreLocation.LocalMachine && !Environment.IsPrivilegedProcess)
            throw new StoreException(ErrorCode.ElevationRequired, "The machine's stores are changed by administrators only. Run PowerShell as administrator, or leave -Location out for your own stores.");
        if (certificate.PrivateKey is { } key)
            PlatformKeys.RequireOwner(key, options.Location);
        return X509Placement.Plan(certificate, options.StoreName).SelectMany(placement => Steps(placement, options)).ToList();
    }

    public IEnumerable<StoreItem> Read(StoreOptions options) =>
        (options.StoreName is { } one ? [one] : OperatingSystem.IsWindows() ? Enum.GetValues<MtlsStoreName>() : Everywhere).SelectMany(name => Items(options, name));

    public StoreStep PlanRemoval(StoreItem item, StoreOptions options) => item.HasPrivateKey
        ? Removal(item, Store(options, item.StoreName), "Remove the certificate and its private key", "The key can not be brought back.")
        : Removal(item, Store(options, item.StoreName), "Remove the certificate", "It can be imported again.");

    private IEnumerable<StoreStep> Steps(X509Placement placement, StoreOptions options)
    {
        var store = Store(options, placement.StoreName);
        var item = Item(options, placement.StoreName, placement.Certificate, placement.WithKey, null);
        yield return new StoreStep(() => store.Holds(item), () => store.Add(placement, options, item.Alias))
        {
            Item = item,
            Action = placement.Action,
            Reason = placement.Reason + DialogOf(placement, options),
            Flags = placement.Flags(OperatingSystem.IsWindows(), options),
            ChangesTrust = placement.ChangesTrust,
        };
        if (!options.ReplaceOlder || !placement.WithKey)
            yield break;
        foreach (var older in Items(options, placement.StoreName).Where(one => Succession.Replaces(placement.Certificate, one.Certificate)))
            yield return OperatingSystem.IsWindows() ? Archiving(older, store) : Removal(older, store, "Remove the predecessor and its private key", "It has the same names and ends earlier.");
    }

    private static StoreStep Archiving(StoreItem item, X509StoreAccess store) => new(() => !store.Holds(item), () => store.Archive(item.Thumbprint))
    {
        Item = item,
        Removes = true,
        Action = "Archive the predecessor",
        Reason = "It has the same names and ends earlier; archived, it is not chosen any more and can be brought back.",
    };

    private static StoreStep Removal(StoreItem item, X509StoreAccess store, string action, string reason) => new(() => !store.Holds(item with { HasPrivateKey = false }), () => store.Remove(item.Thumbprint))
    {
        Item = item,
        Removes = true,
        Action = action,
        Reason = reason,
    };

    private List<StoreItem> Items(StoreOptions options, MtlsStoreName name) => Store(options, name).Use(
        OpenFlags.ReadOnly,
        store => store.Certificates.Select(stored => Item(options, name, MtlsCertificate.FromX509(stored), stored.HasPrivateKey, stored)).ToList());

    private StoreItem Item(StoreOptions options, MtlsStoreName name, MtlsCertificate certificate, bool hasKey, X509Certificate2? stored) => new(target, name, certificate, hasKey)
    {
        Location = options.Location,
        Alias = !OperatingSystem.IsWindows() ? null : stored is null ? options.Alias ?? (certificate.Name is { Length: > 0 } own ? own : certificate.Thumbprint) : stored.FriendlyName.Length > 0 ? stored.FriendlyName : null,
    };

    private static X509StoreAccess Store(StoreOptions options, MtlsStoreName name) => new(options.Location, name);

    private static string DialogOf(X509Placement placement, StoreOptions options) =>
        OperatingSystem.IsWindows() && placement.StoreName == MtlsStoreName.Root && options.Location == StoreLocation.CurrentUser
            ? " Windows asks in a dialog of its own before a user's root is trusted; in a session without a desktop use -Location LocalMachine."
            : "";
}

using MtlsTools.Certificates;
using MtlsTools.Processes;

namespace MtlsTools.Stores;

/// <summary>One store: its certificates, and the plans that change them. <see cref="StoreTransaction"/> carries plans out.</summary>
public sealed class CertificateStore
{
    private readonly IStoreAdapter adapter;

    private CertificateStore(StoreTarget target, IStoreAdapter adapter, StoreOptions options)
    {
        Target = target;
        this.adapter = adapter;
        Options = options;
    }

    /// <summary>The kind of place, never <see cref="StoreTarget.Auto"/>.</summary>
    public StoreTarget Target { get; }

    /// <summary>Which store of that kind.</summary>
    public StoreOptions Options { get; }

    /// <summary>Names a store; nothing is opened or changed yet.</summary>
    /// <param name="target">The kind of place.</param>
    /// <param name="options">Which one, and how imports are done; null for the user's own with the defaults.</param>
    /// <param name="cancellation">Stops a program that is run for it.</param>
    /// <exception cref="StoreException">This system has no such store, a program that keeps it is missing, or an option means nothing for it.</exception>
    public static CertificateStore Open(StoreTarget target = StoreTarget.Auto, StoreOptions? options = null, CancellationToken cancellation = default)
    {
        var resolved = StoreAdapters.Resolve(target);
        var store = new CertificateStore(resolved, StoreAdapters.Create(resolved, new SystemProcesses(cancellation)), options ?? new StoreOptions());
        store.adapter.Require(store.Options);
        return store;
    }

    /// <summary>What an import would do: the certificate first, then the issuers that come along. Nothing is changed.</summary>
    /// <exception cref="MtlsException">The import can not be done, and why.</exception>
    public IReadOnlyList<StoreStep> Plan(MtlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return adapter.Plan(certificate, Options);
    }

    /// <summary>Everything that lies there.</summary>
    /// <exception cref="MtlsException">The store can not be read.</exception>
    public IEnumerable<StoreItem> Read() => adapter.Read(Options);

    /// <summary>The certificate with a thumbprint (SHA-1, hex).</summary>
    /// <exception cref="MtlsException">The certificate is not there, or the store can not be read.</exception>
    public IReadOnlyList<StoreItem> Find(string thumbprint)
    {
        ArgumentNullException.ThrowIfNull(thumbprint);
        var found = Read().Where(item => item.Thumbprint.Equals(thumbprint, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count > 0 ? found : throw new StoreException(ErrorCode.StoreItemNotFound, $"{Describe()} has no certificate with the thumbprint {thumbprint}. Get-MtlsStoreItem lists what is there.");
    }

    /// <summary>The step that removes an item, and its key with it.</summary>
    /// <exception cref="MtlsException">It can not be removed, and why.</exception>
    public StoreStep PlanRemoval(StoreItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return adapter.PlanRemoval(item, Options);
    }

    private string Describe() => Options.StorePath is { } path
        ? $"'{path}' ({Target})"
        : Target is StoreTarget.Windows or StoreTarget.DotNetStore && Options.StoreName is { } name ? $"The store {Options.Location}\\{name}" : $"The store {Target}";
}

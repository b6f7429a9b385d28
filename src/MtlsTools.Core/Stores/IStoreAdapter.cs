using MtlsTools.Certificates;

namespace MtlsTools.Stores;

/// <summary>One kind of store. Adapters plan and read; <see cref="StoreTransaction"/> carries plans out.</summary>
internal interface IStoreAdapter
{
    /// <summary>Refuses what this system, or this kind of store, can never do: an error that ends the command rather than one record's.</summary>
    /// <exception cref="MtlsException">What is missing, and why.</exception>
    void Require(StoreOptions options);

    /// <summary>The steps of an import, issuers after the certificate. Checks all that can be checked beforehand (rights, passwords, whether the certificate may go there) and changes nothing.</summary>
    /// <exception cref="MtlsException">The import can not be done, and why.</exception>
    IReadOnlyList<StoreStep> Plan(MtlsCertificate certificate, StoreOptions options);

    /// <summary>Everything that lies there; <see cref="StoreOptions.StoreName"/> narrows it.</summary>
    /// <exception cref="MtlsException">The store can not be read.</exception>
    IEnumerable<StoreItem> Read(StoreOptions options);

    /// <summary>The step that takes an item of <see cref="Read"/> out again, with its key.</summary>
    /// <exception cref="MtlsException">It can not be removed, and why.</exception>
    StoreStep PlanRemoval(StoreItem item, StoreOptions options);
}

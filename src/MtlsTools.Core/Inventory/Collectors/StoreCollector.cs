using MtlsTools.Stores;

namespace MtlsTools.Inventory;

/// <summary>Reads certificate stores.</summary>
internal static class StoreCollector
{
    internal static List<Found> Read(StoreTarget target, InventoryOptions options, CancellationToken cancellation)
    {
        try
        {
            return CertificateStore.Open(target, new StoreOptions { Location = options.StoreLocation }, cancellation).Read()
                .Select(item => new Found(InventorySource.Store, $"{item.Place}{(item.StorePath is null ? "" : $" {item.Alias}")}".TrimEnd()) { Certificate = item.Certificate, HasPrivateKey = item.HasPrivateKey })
                .ToList();
        }
        catch (MtlsException failure)
        {
            return [Found.Failed(InventorySource.Store, target.ToString(), failure.Message)];
        }
    }
}

using System.Security;
using MtlsTools.Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Renewal;

/// <summary>A certificate in a store: the new one is imported, and the store's own way of succession puts the old one aside.</summary>
internal sealed class StorePlace : IRenewalPlace
{
    private readonly StoreItem item;
    private readonly CertificateStore store;

    internal StorePlace(StoreItem item, SecureString? password)
    {
        this.item = item;
        store = CertificateStore.Open(item.Target, new StoreOptions
        {
            Location = item.Location ?? System.Security.Cryptography.X509Certificates.StoreLocation.CurrentUser,
            StorePath = item.StorePath,
            StorePassword = password,
            StoreName = item.Location is null ? null : item.StoreName,
            Alias = item.Alias,
            ReplaceOlder = true,
        });
    }

    public MtlsCertificate Read() => item.HasPrivateKey
        ? item.Certificate
        : throw new KeyException(ErrorCode.KeyRequired, $"{item} has no private key, so nobody uses it to prove who they are. Name an item that has one: Get-MtlsStoreItem shows HasPrivateKey.");

    public string Describe() => $"import it into {item.Place}, and {(OperatingSystem.IsWindows() && item.StorePath is null ? "archive" : "remove")} its predecessor there";

    public bool IsUnfinished => false;

    /// <summary>Programs look into stores by themselves.</summary>
    public bool IsReloadPending => false;

    public void MarkReloaded()
    {
        // There is nothing that could be forgotten.
    }

    public IRenewalWork Begin(CancellationToken cancellation) => new Work(store);

    private sealed class Work(CertificateStore store) : IRenewalWork
    {
        public MtlsCertificate Replace(MtlsCertificate former, MtlsCertificate issued)
        {
            // Whom this machine trusts is not a renewal's matter, so a root does not go along.
            StoreTransaction.Run(store.Plan(issued.WithChain(issued.Intermediates)));
            return issued;
        }

        public void Dispose()
        {
            // A transaction undoes itself.
        }
    }
}

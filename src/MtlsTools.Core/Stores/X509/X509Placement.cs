using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Stores.X509;

/// <summary>Where one certificate goes in the stores of Windows and .NET, and why: the plan without the stores.</summary>
/// <param name="StoreName">The store.</param>
/// <param name="Certificate">The certificate.</param>
/// <param name="WithKey">Whether its key goes along.</param>
/// <param name="Reason">Why there, as a sentence.</param>
internal sealed record X509Placement(MtlsStoreName StoreName, MtlsCertificate Certificate, bool WithKey, string Reason)
{
    /// <summary>Whether the system trusts it for everything from then on.</summary>
    internal bool ChangesTrust => StoreName is MtlsStoreName.Root or MtlsStoreName.TrustedPeople;

    internal string Action => WithKey ? "Add the certificate and its private key"
        : ChangesTrust ? $"Trust the {(Certificate.IsCa ? "CA" : "certificate")} from now on, for everything"
        : Certificate.IsCa ? "Add the CA"
        : "Add the certificate";

    /// <summary>The certificate and the issuers that come along, each in its store.</summary>
    /// <exception cref="MtlsException">The certificate does not belong into the store that was named.</exception>
    internal static IReadOnlyList<X509Placement> Plan(MtlsCertificate certificate, MtlsStoreName? wanted) =>
        certificate.Chain.Select(issuer => Place(issuer, MtlsStoreNames.UsualFor(issuer))).Prepend(Place(certificate, wanted ?? MtlsStoreNames.UsualFor(certificate))).ToList();

    private static X509Placement Place(MtlsCertificate certificate, MtlsStoreName store)
    {
        var holdsKeys = store is MtlsStoreName.My or MtlsStoreName.WebHosting;
        if (holdsKeys && !certificate.HasPrivateKey)
            throw new KeyException(ErrorCode.KeyRequired, $"The certificate '{certificate.Name}' comes without its private key, and in the store {store} it would be of no use; on Windows -StoreName TrustedPeople would trust it by itself. Give the key file with -Key, or use a PFX.", certificate.Path);
        if (store == MtlsStoreName.Root && !certificate.IsSelfSigned)
            throw new StoreException(ErrorCode.NotSelfSigned, $"'{certificate.Name}' is signed by '{certificate.Issuer.CommonName ?? certificate.Issuer.ToString()}' and not by itself. In the store Root it would break client authentication on Windows (403.16, and no client is asked for the right certificate any more). Leave -StoreName out: intermediates go to CA, certificates with keys to My.");
        return new X509Placement(store, certificate, holdsKeys, Why(store, certificate));
    }

    private static string Why(MtlsStoreName store, MtlsCertificate certificate) => store switch
    {
        MtlsStoreName.My => "Clients and servers look for certificates with keys in My.",
        MtlsStoreName.WebHosting => "IIS looks for certificates with keys in WebHosting too; it is quicker with very many sites.",
        MtlsStoreName.CA => $"Intermediates are looked for in CA when '{certificate.Name}' stands in a chain, and are sent along from there; trust comes from the root alone.",
        MtlsStoreName.Root => "It is self-signed, and chains that end at it are trusted.",
        MtlsStoreName.TrustedPeople => "Certificates in TrustedPeople are trusted by themselves, whoever signed them.",
        _ => "HTTP.SYS names the CAs of this store to clients when the binding says so.",
    };

    /// <summary>How the key is kept.</summary>
    internal IReadOnlyList<string> Flags(bool windows, StoreOptions options) => !WithKey ? []
        : Certificate.PrivateKey is { IsEphemeral: false } ? ["the key stays in the storage that holds it"]
        : !windows ? ["the key is a file that this user alone may read"]
        : Enum.GetValues<X509KeyStorageFlags>().Where(flag => flag != 0 && KeyFlags(options).HasFlag(flag)).Select(flag => flag.ToString())
            .Append(options.Exportable ? "the key may be exported" : "the key can not be exported")
            .ToList();

    /// <summary>Only a key that was imported with PersistKeySet outlives the process on Windows.</summary>
    internal static X509KeyStorageFlags KeyFlags(StoreOptions options) =>
        X509KeyStorageFlags.PersistKeySet
        | (options.Location == StoreLocation.LocalMachine ? X509KeyStorageFlags.MachineKeySet : X509KeyStorageFlags.UserKeySet)
        | (options.Exportable ? X509KeyStorageFlags.Exportable : X509KeyStorageFlags.DefaultKeySet);
}

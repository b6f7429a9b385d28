using MtlsTools.Certificates;
using MtlsTools.Keys;

namespace MtlsTools.Stores.Nss;

/// <summary>What one certificate becomes in a database, and why: the plan without the tools.</summary>
/// <param name="StoreName">What it is.</param>
/// <param name="Certificate">The certificate.</param>
/// <param name="Nickname">What it is called there.</param>
/// <param name="Trust">For what it is trusted.</param>
internal sealed record NssPlacement(MtlsStoreName StoreName, MtlsCertificate Certificate, string Nickname, NssTrust Trust)
{
    /// <summary>Whether its key must be in the database afterwards.</summary>
    internal bool WithKey => StoreName == MtlsStoreName.My;

    /// <summary>Whether the key comes along; otherwise it lies there already, because the request was made with it.</summary>
    internal bool ImportsKey => WithKey && Certificate.HasPrivateKey;

    internal string Action => ImportsKey ? "Add the certificate and its private key"
        : WithKey ? "Add the certificate to its private key"
        : Trust == NssTrust.None ? "Add the CA"
        : $"Trust the {(Certificate.IsCa ? "CA" : "certificate")} from now on{Peers}";

    internal string Reason => StoreName switch
    {
        MtlsStoreName.My => "Programs find certificates by their keys; trust in it comes from its CA.",
        MtlsStoreName.CA => "It is sent along and completes chains; trust comes from the root alone.",
        MtlsStoreName.Root => "Chains that end at it are accepted: C stands for servers' certificates, T for clients'. For mail and code it is not trusted.",
        _ => "P trusts a certificate by itself, whoever signed it.",
    };

    private string Peers => Trust.Tls switch { "C" => ", as issuer of servers' certificates", "T" => ", as issuer of clients' certificates", "CT" => ", as issuer of servers' and clients' certificates", _ => "" };

    /// <summary>The certificate and the issuers that come along.</summary>
    /// <param name="certificate">What is imported.</param>
    /// <param name="options">What it shall be, and its name.</param>
    /// <param name="entries">What is there.</param>
    /// <param name="hasKey">Whether a key is there.</param>
    /// <exception cref="MtlsException">It can not be what was asked for.</exception>
    internal static IReadOnlyList<NssPlacement> Plan(MtlsCertificate certificate, StoreOptions options, IReadOnlyList<NssEntry> entries, Func<PublicKeyInfo, bool> hasKey)
    {
        var store = options.StoreName ?? MtlsStoreNames.UsualFor(certificate);
        if (store is MtlsStoreName.Root or MtlsStoreName.CA && !certificate.IsCa)
            throw StoreErrors.NotACa(certificate, store);
        if (store == MtlsStoreName.My && !certificate.HasPrivateKey && !hasKey(certificate.PublicKey))
            throw StoreErrors.KeyMissing(certificate);
        return certificate.Chain.Select(issuer => Place(issuer, MtlsStoreNames.UsualFor(issuer), issuer.Name)).Prepend(Place(certificate, store, options.Alias ?? certificate.Name)).ToList();

        NssPlacement Place(MtlsCertificate one, MtlsStoreName name, string wished) =>
            new(name, one, NssDatabase.NicknameOf(entries, one, wished), name switch
            {
                MtlsStoreName.Root => NssTrust.ForRootOf(certificate),
                MtlsStoreName.TrustedPeople => NssTrust.None with { Tls = "P" },
                _ => NssTrust.None,
            });
    }
}

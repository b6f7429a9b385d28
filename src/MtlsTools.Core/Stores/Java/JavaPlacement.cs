using MtlsTools.Certificates;

namespace MtlsTools.Stores.Java;

/// <summary>What one certificate becomes in a keystore, and why: the plan without keytool.</summary>
/// <param name="StoreName">What it is.</param>
/// <param name="Certificate">The certificate; of a key entry it has the chain that is sent along.</param>
/// <param name="Wished">What it would be called.</param>
/// <param name="ReplaceOlder">Whether it takes the alias of the entry that it renews.</param>
internal sealed record JavaPlacement(MtlsStoreName StoreName, MtlsCertificate Certificate, string Wished, bool ReplaceOlder)
{
    /// <summary>Whether it belongs to a private key.</summary>
    internal bool WithKey => StoreName == MtlsStoreName.My;

    /// <summary>Whether the key comes along; otherwise it lies there already, because the request was made with it.</summary>
    internal bool ImportsKey => WithKey && Certificate.HasPrivateKey;

    internal string Reason => StoreName switch
    {
        MtlsStoreName.My => "A key entry holds the certificate and the CAs between it and the root: what is sent. The root is not sent; trust it in a truststore.",
        MtlsStoreName.TrustedPeople => "A trusted entry is trusted by itself, whoever signed it.",
        _ => "Programs that use this truststore accept what the CA issues.",
    };

    /// <summary>A leaf with its chain is one entry; each CA is one by itself.</summary>
    /// <exception cref="MtlsException">It can not be what was asked for.</exception>
    internal static IReadOnlyList<JavaPlacement> Plan(MtlsCertificate certificate, StoreOptions options, IReadOnlyList<JavaEntry> entries)
    {
        var store = options.StoreName ?? MtlsStoreNames.UsualFor(certificate);
        if (store is MtlsStoreName.Root or MtlsStoreName.CA && !certificate.IsCa)
            throw StoreErrors.NotACa(certificate, store);
        if (store == MtlsStoreName.My && !certificate.HasPrivateKey && !entries.Any(one => one.HasKey && one.Certificate.PublicKey.Equals(certificate.PublicKey)))
            throw StoreErrors.KeyMissing(certificate);

        // A trusted entry is what its certificate makes it: Java keeps no more.
        var own = new JavaPlacement(store == MtlsStoreName.My ? store : JavaEntry.TrustedAs(certificate), store == MtlsStoreName.My ? certificate.WithChain(certificate.Intermediates) : certificate.WithChain([]), options.Alias ?? certificate.Name, options.ReplaceOlder);
        return certificate.IsCa && store != MtlsStoreName.My
            ? certificate.Chain.Select(issuer => new JavaPlacement(MtlsStoreNames.UsualFor(issuer), issuer.WithChain([]), issuer.Name, false)).Prepend(own).ToList()
            : [own];
    }

    /// <summary>Whether the keystore holds it as it shall be.</summary>
    internal bool IsDone(IReadOnlyList<JavaEntry> entries) => entries.Any(one =>
        one.HasKey == WithKey && one.Certificate.Equals(Certificate) && Certificate.Chain.All(one.Certificates.Contains));

    /// <summary>The alias it gets: that of its own entry, of the entry that it renews if it is to replace it, or one that is free.</summary>
    internal string AliasIn(IReadOnlyList<JavaEntry> entries)
    {
        var own = entries.FirstOrDefault(one => one.HasKey == WithKey && one.Certificate.Equals(Certificate))
            ?? (ImportsKey || !WithKey ? null : entries.FirstOrDefault(one => one.HasKey && one.Certificate.PublicKey.Equals(Certificate.PublicKey)))
            ?? Renewed(entries).OrderByDescending(one => one.Alias.Equals(Wished, StringComparison.OrdinalIgnoreCase)).FirstOrDefault();
        return own?.Alias ?? StoredCertificates.UniqueName(Wished.ToLowerInvariant(), name => entries.Any(one => one.Alias.Equals(name, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The entries that it renews, if it is to take their place.</summary>
    internal IEnumerable<JavaEntry> Renewed(IReadOnlyList<JavaEntry> entries) =>
        entries.Where(one => ReplaceOlder && WithKey && one.HasKey && Succession.Replaces(Certificate, one.Certificate));
}

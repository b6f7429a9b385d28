using MtlsTools.Certificates;

namespace MtlsTools.Stores.MacOS;

/// <summary>What one certificate is in a keychain.</summary>
internal sealed record KeychainPlacement(MtlsStoreName StoreName, MtlsCertificate Certificate)
{
    internal bool WithKey => StoreName == MtlsStoreName.My;

    internal bool ChangesTrust => StoreName is MtlsStoreName.Root or MtlsStoreName.TrustedPeople;

    /// <summary>The certificate and the issuers that come along.</summary>
    /// <exception cref="MtlsException">The certificate can not be what was asked for.</exception>
    internal static IReadOnlyList<KeychainPlacement> Plan(MtlsCertificate certificate, MtlsStoreName? wanted) =>
        certificate.Chain.Select(issuer => Place(issuer, MtlsStoreNames.UsualFor(issuer))).Prepend(Place(certificate, wanted ?? MtlsStoreNames.UsualFor(certificate))).ToList();

    /// <summary>What a certificate of a keychain is there.</summary>
    internal static MtlsStoreName Classify(MtlsCertificate certificate, bool hasKey, bool isTrusted) =>
        hasKey || !(isTrusted || certificate.IsCa) ? MtlsStoreName.My
        : !isTrusted ? MtlsStoreName.CA
        : certificate.IsSelfSigned ? MtlsStoreName.Root : MtlsStoreName.TrustedPeople;

    /// <summary>What <c>add-trusted-cert -r</c> is told: only a self-signed certificate may be called a root.</summary>
    internal string TrustResult => Certificate.IsSelfSigned ? "trustRoot" : "trustAsRoot";

    private static KeychainPlacement Place(MtlsCertificate certificate, MtlsStoreName store) => store switch
    {
        MtlsStoreName.My when !certificate.HasPrivateKey => throw new KeyException(ErrorCode.KeyRequired, $"The certificate '{certificate.Name}' comes without its private key, and nobody could use it out of a keychain. Give the key file with -Key, or a PFX; to trust the certificate by itself, use -StoreName TrustedPeople.", certificate.Path),
        MtlsStoreName.Root when !certificate.IsSelfSigned => throw new StoreException(ErrorCode.NotSelfSigned, $"'{certificate.Name}' is signed by '{certificate.Issuer.CommonName ?? certificate.Issuer.ToString()}'; only a certificate that is signed by itself can be trusted as a root. Leave -StoreName out, or trust it by itself with -StoreName TrustedPeople."),
        _ => new KeychainPlacement(store, certificate),
    };
}

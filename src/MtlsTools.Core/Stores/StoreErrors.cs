namespace MtlsTools.Stores;

/// <summary>Errors that several kinds of store have in common.</summary>
internal static class StoreErrors
{
    internal static StoreException NotUsed(StoreTarget target, string parameter, string why) =>
        new(ErrorCode.StoreOptionNotUsed, $"-{parameter} means nothing for the target {target}: {why}. Leave it out, or choose another -Target.");

    internal static StoreException NotWritable(string store, Exception cause) =>
        new(ErrorCode.StoreAccessDenied, $"The store '{store}' can not be changed: {cause.Message} Check that this account may write the folder it lies in.", cause);

    internal static KeyException KeyMissing(Certificates.MtlsCertificate certificate) => new(
        ErrorCode.KeyRequired,
        $"The certificate '{certificate.Name}' comes without its private key, and the store does not have it either. Give the key file with -Key, or a PFX; to trust the certificate by itself, use -StoreName TrustedPeople.",
        certificate.Path);

    internal static StoreException NotACa(Certificates.MtlsCertificate certificate, MtlsStoreName store) => new(
        ErrorCode.StoreOptionNotUsed,
        $"-StoreName {store} is for CAs, and '{certificate.Name}' is none: nobody would look for it there. Leave -StoreName out, or trust the certificate by itself with -StoreName TrustedPeople.");
}

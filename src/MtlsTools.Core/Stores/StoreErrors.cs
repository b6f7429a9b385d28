using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Stores;

/// <summary>Errors that several kinds of store have in common.</summary>
internal static class StoreErrors
{
    internal static StoreException NotUsed(StoreTarget target, string parameter, string why) =>
        new(ErrorCode.StoreOptionNotUsed, $"-{parameter} means nothing for the target {target}: {why}. Leave it out, or choose another -Target.");

    internal static StoreException WindowsOnly(MtlsStoreName name) =>
        new(ErrorCode.PlatformNotSupported, $"The store {name} exists on Windows only. Leave -StoreName out: the certificate decides where it belongs.");

    /// <summary>What a store that is a file or a folder has no use for.</summary>
    /// <exception cref="StoreException">One of these options is given.</exception>
    internal static void RequireForFiles(StoreTarget target, StoreOptions options, string whoUsesKeys, string whoseItIs)
    {
        if (options.Applications.Count > 0)
            throw NotUsed(target, "Application", whoUsesKeys);
        if (options.Location == StoreLocation.LocalMachine)
            throw NotUsed(target, "Location", $"{whoseItIs}, and -StorePath names it");
        if (options.StoreName is MtlsStoreName.WebHosting or MtlsStoreName.ClientAuthIssuers)
            throw NotUsed(target, $"StoreName {options.StoreName}", "it is a store of Windows");
    }

    internal static StoreException NotWritable(string store, Exception cause) =>
        new(ErrorCode.StoreAccessDenied, $"The store '{store}' can not be changed: {cause.Message} Check that this account may write the folder it lies in.", cause);

    internal static KeyException KeyMissing(MtlsCertificate certificate) => new(
        ErrorCode.KeyRequired,
        $"The certificate '{certificate.Name}' comes without its private key, and the store does not have it either. Give the key file with -Key, or a PFX; to trust the certificate by itself, use -StoreName TrustedPeople.",
        certificate.Path);

    internal static StoreException NotACa(MtlsCertificate certificate, MtlsStoreName store) => new(
        ErrorCode.StoreOptionNotUsed,
        $"-StoreName {store} is for CAs, and '{certificate.Name}' is none: nobody would look for it there. Leave -StoreName out, or trust the certificate by itself with -StoreName TrustedPeople.");
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;

namespace MtlsTools.Verification;

/// <summary>The CAs that this system and this user trust, other than those that were distrusted again.</summary>
internal static class SystemTrust
{
    internal static IEnumerable<MtlsCertificate> Roots()
    {
        var distrusted = Read(StoreName.Disallowed).ToHashSet();
        return Read(StoreName.Root).Where(root => !distrusted.Contains(root));
    }

    /// <summary>Intermediates that are known here, as the platform's own engine uses them.</summary>
    internal static IEnumerable<MtlsCertificate> Intermediates() => Read(StoreName.CertificateAuthority);

    private static IEnumerable<MtlsCertificate> Read(StoreName name) =>
        new[] { StoreLocation.LocalMachine, StoreLocation.CurrentUser }.SelectMany(location => Read(name, location));

    private static List<MtlsCertificate> Read(StoreName name, StoreLocation location)
    {
        try
        {
            using var store = new X509Store(name, location);
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            return store.Certificates.Select(Wrap).OfType<MtlsCertificate>().ToList();
        }
        catch (Exception absent) when (absent is CryptographicException or PlatformNotSupportedException)
        {
            // Not every platform has every store.
            return [];
        }
    }

    private static MtlsCertificate? Wrap(X509Certificate2 certificate)
    {
        try
        {
            return MtlsCertificate.Create(certificate);
        }
        catch (MtlsException)
        {
            // Among hundreds of roots of the world some are odd; nobody's chain ends there.
            return null;
        }
    }
}

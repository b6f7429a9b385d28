using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Stores;

namespace MtlsTools.Host;

/// <summary>A certificate in a store of the platform.</summary>
internal sealed record StoredCertificate(StoreLocation Location, MtlsStoreName Store, MtlsCertificate Certificate, bool HasKey)
{
    internal string Place => $"{Location}\\{Store}";

    internal string Subject => $"{Place}\\{Certificate.Thumbprint}";

    /// <summary>The certificate in words that tell it from others of its name.</summary>
    internal string Description => $"'{Certificate.Name}' (until {Policy.Words.Date(Certificate.NotAfter)})";
}

using MtlsTools.Certificates;

namespace MtlsTools.Stores;

/// <summary>What a certificate is in a store; for Windows and .NET this is the store's name.</summary>
public enum MtlsStoreName
{
    /// <summary>Personal: certificates with their keys.</summary>
    My,

    /// <summary>Intermediate certificate authorities.</summary>
    CA,

    /// <summary>Trusted roots.</summary>
    Root,

    /// <summary>Certificates that are trusted by themselves.</summary>
    TrustedPeople,

    /// <summary>Certificates of a web server with many sites (Windows).</summary>
    WebHosting,

    /// <summary>The CAs that HTTP.SYS names to clients (Windows).</summary>
    ClientAuthIssuers,
}

/// <summary>What follows from the names.</summary>
internal static class MtlsStoreNames
{
    /// <summary>What a certificate is when nobody says otherwise: a root, an intermediate, or one that is used with its key.</summary>
    internal static MtlsStoreName UsualFor(MtlsCertificate certificate) =>
        !certificate.IsCa ? MtlsStoreName.My : certificate.IsSelfSigned ? MtlsStoreName.Root : MtlsStoreName.CA;

    /// <summary>The name by which X509Store opens it.</summary>
    internal static string ToPlatform(this MtlsStoreName name) => name switch
    {
        MtlsStoreName.ClientAuthIssuers => "ClientAuthIssuer",
        _ => name.ToString(),
    };
}

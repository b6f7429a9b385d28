using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Encoding;

namespace MtlsTools.Certificates;

/// <summary>SChannel and the Windows stores can not use a key that lives in memory only: a PFX import gives it a key container.</summary>
internal static class WindowsKeys
{
    /// <summary>The same certificate and key, the key in a container. Without PersistKeySet the container goes when the certificate is disposed.</summary>
    [SupportedOSPlatform("windows")]
    internal static X509Certificate2 Reimport(X509Certificate2 withKey, X509KeyStorageFlags flags)
    {
        using var password = SecretText.CreateRandom();
        var pfx = withKey.Export(X509ContentType.Pkcs12, password);
        try
        {
            return SecretText.Use(password, secret => new X509Certificate2(pfx, secret, flags));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pfx);
        }
    }
}

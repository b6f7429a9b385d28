using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtlsTools.Tests.Support;

/// <summary>Certificates that this tool would not issue, by the platform's own builder.</summary>
public static class OddCertificate
{
    /// <summary>Self-signed, with its key, and with one extension whose content no decoder takes. The caller disposes it.</summary>
    public static X509Certificate2 WithDamaged(string oid)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=odd", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension(oid, [0x30, 0x05, 0xFF], critical: false));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }
}

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

    /// <summary>A client certificate without its chain; its authority key identifier says who issued the issuer, or nothing.</summary>
    public static X509Certificate2 IssuedBelow(string issuer, string? aboveIssuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=alice", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        if (aboveIssuer is not null)
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromIssuerNameAndSerialNumber(new X500DistinguishedName(aboveIssuer), [1]));
        var now = DateTimeOffset.UtcNow;
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return request.Create(new X500DistinguishedName(issuer), X509SignatureGenerator.CreateForECDsa(signer), now.AddDays(-1), now.AddDays(30), [1]);
    }

    /// <summary>A self-signed client certificate with an RSA key of any size.</summary>
    public static X509Certificate2 WithRsa(int bits)
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest("CN=weak", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }
}

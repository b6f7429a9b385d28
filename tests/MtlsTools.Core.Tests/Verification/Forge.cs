using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Verification;

/// <summary>Signs whatever it is told, right or wrong: chains that no honest CA would issue.</summary>
internal static class Forge
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    /// <summary>Signs a certificate for the shared key of <paramref name="algorithm"/>.</summary>
    internal static MtlsCertificate Sign(string subject, MtlsCertificate? issuer = null, KeyAlgorithm algorithm = KeyAlgorithm.EcdsaP256, int from = -5, int to = 30, bool linked = true, params X509Extension[] extensions)
    {
        using var key = SharedKeys.Of(algorithm);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key.PublicKey.ToPublicKey(), HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (linked && issuer is not null)
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer.X509, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var signer = issuer is null ? SharedKeys.Of(algorithm) : SharedKeys.Of(issuer.PrivateKey is null ? algorithm : AlgorithmOf(issuer));
        var signed = request.Create(issuer?.X509.SubjectName ?? request.SubjectName, signer.CreateSignatureGenerator(), Now.AddDays(from), Now.AddDays(to), RandomNumberGenerator.GetBytes(16).Prepend((byte)1).ToArray());
        return MtlsCertificate.Create(signed, SharedKeys.Of(algorithm), issuer is null ? [] : [issuer, .. issuer.Chain]);
    }

    internal static X509Extension Ca(int? pathLength = null, bool isCa = true) => new X509BasicConstraintsExtension(isCa, pathLength.HasValue, pathLength ?? 0, critical: true);

    internal static X509Extension Usage(X509KeyUsageFlags usage) => new X509KeyUsageExtension(usage, critical: true);

    internal static X509Extension Purposes(params string[] oids)
    {
        var collection = new OidCollection();
        foreach (var oid in oids)
            collection.Add(new Oid(oid));
        return new X509EnhancedKeyUsageExtension(collection, critical: false);
    }

    internal static X509Extension Dns(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        return names.Build();
    }

    /// <summary>The same certificate with the last bit of its signature turned.</summary>
    internal static MtlsCertificate Damage(MtlsCertificate certificate)
    {
        var der = certificate.X509.RawData;
        der[^1] ^= 1;
        return MtlsCertificate.Create(new X509Certificate2(der), chain: certificate.Chain);
    }

    private static KeyAlgorithm AlgorithmOf(MtlsCertificate certificate) => certificate.PublicKey.Bits switch
    {
        256 => KeyAlgorithm.EcdsaP256,
        384 => KeyAlgorithm.EcdsaP384,
        521 => KeyAlgorithm.EcdsaP521,
        _ => KeyAlgorithm.Rsa2048,
    };
}

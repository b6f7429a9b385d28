using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtlsTools.Certificates;
using MtlsTools.Host;
using MtlsTools.Stores;

namespace MtlsTools.Tests.Host;

/// <summary>Certificates of any age and kind, as they lie about on machines.</summary>
internal static class HostPki
{
    /// <summary>When the tests take place.</summary>
    internal static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ECDsa IssuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), SubjectKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>A self-signed CA.</summary>
    internal static MtlsCertificate Root(string name = "Root", int from = -100, int until = 1000) => Make(name, name, IssuerKey, isCa: true, from, until);

    /// <summary>A CA below 'Root'.</summary>
    internal static MtlsCertificate Intermediate(string name = "Intermediate", int from = -100, int until = 500) => Make(name, "Root", SubjectKey, isCa: true, from, until);

    /// <summary>A client below 'Intermediate'.</summary>
    internal static MtlsCertificate Client(string name = "client", int from = -10, int until = 80) => Make(name, "Intermediate", SubjectKey, isCa: false, from, until);

    internal static MtlsCertificate WeakClient()
    {
        using var key = RSA.Create(1024);
        return Sign(new CertificateRequest("CN=weak", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), "Intermediate", -10, 80);
    }

    internal static StoredCertificate In(MtlsStoreName store, MtlsCertificate certificate, bool hasKey = false, StoreLocation location = StoreLocation.LocalMachine) => new(location, store, certificate, hasKey);

    /// <summary>Facts about a machine on which there is nothing else.</summary>
    internal static HostFacts Facts(params StoredCertificate[] stored)
    {
        var facts = new HostFacts { Now = Now };
        facts.Stored.AddRange(stored);
        return facts;
    }

    /// <summary>What a check says about facts.</summary>
    internal static IReadOnlyList<HostFinding> Ask(HostFacts facts, string id) => HostExaminer.Judge(facts, [HostChecks.Find(id)!], "test").Findings;

    private static MtlsCertificate Make(string name, string issuer, ECDsa key, bool isCa, int from, int until)
    {
        var request = new CertificateRequest($"CN={name},O=Acme", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isCa, false, 0, critical: true));
        if (!isCa)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        return Sign(request, issuer, from, until);
    }

    private static MtlsCertificate Sign(CertificateRequest request, string issuer, int from, int until)
    {
        using var made = request.Create(new X500DistinguishedName($"CN={issuer},O=Acme"), X509SignatureGenerator.CreateForECDsa(IssuerKey), Now.AddDays(from), Now.AddDays(until), RandomNumberGenerator.GetBytes(16));
        return MtlsCertificate.Decode(made.RawData);
    }
}

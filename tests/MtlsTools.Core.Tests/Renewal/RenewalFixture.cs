using System.Security;
using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;
using MtlsTools.Renewal;
using MtlsTools.Requests;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Renewal;

/// <summary>A root, an issuing CA below it and a CA of somebody else, on the first of March 2026; and what they issue.</summary>
public sealed class RenewalFixture : IDisposable
{
    public const string Today = "2026-03-01T12:00:00Z";

    private readonly TemporaryFolder folder = new();

    public RenewalFixture()
    {
        Root = TestAuthority.Create(folder, "root", Clock);
        Issuing = TestAuthority.Create(folder, "issuing", Clock, Root);
        Other = TestAuthority.Create(folder, "other", Clock);
    }

    public ManualTimeProvider Clock { get; } = ManualTimeProvider.At(Today);

    public CertificateAuthority Root { get; }

    public CertificateAuthority Issuing { get; }

    public CertificateAuthority Other { get; }

    public void Dispose() => folder.Dispose();

    /// <summary>A certificate with a key of its own.</summary>
    public MtlsCertificate Issue(CertificateAuthority? by = null, CertificateProfile profile = CertificateProfile.Server, string subject = "CN=api.example.com,O=Acme", string san = "api.example.com,10.0.0.1", PrivateKey? key = null, int days = 90) =>
        (by ?? Issuing).Issue(
            CertificateSigningRequest.Create(DistinguishedName.Parse(subject), AlternativeNames.Parse([san]), key ?? PrivateKey.Generate(KeyAlgorithm.EcdsaP256)),
            new IssuanceOptions { Profile = profile, Days = days });

    /// <summary>Writes a certificate with its intermediate, and its key, into two files.</summary>
    public string Save(TemporaryFolder place, MtlsCertificate? certificate = null, string name = "server", SecureString? password = null)
    {
        certificate ??= Issue();
        CertificateExporter.Save(place.At(name + ".crt"), certificate, ExportFormat.FullChain);
        certificate.PrivateKey!.Save(place.At(name + ".key"), password);
        return place.At(name + ".crt");
    }

    public CertificateRenewal By(CertificateAuthority? authority = null, CertificateRenewalOptions? options = null) => new(authority ?? Issuing, options, Clock);

    public RenewalResult Renew(string path, CertificateRenewalOptions? options = null, CertificateAuthority? by = null) => By(by, options).Renew(RenewalTarget.OfFile(path));

    /// <summary>An authority below the root that is the test's own, because it changes it.</summary>
    public CertificateAuthority CreateAuthority(TemporaryFolder place, string name = "own") => TestAuthority.Create(place, name, Clock, Root);
}

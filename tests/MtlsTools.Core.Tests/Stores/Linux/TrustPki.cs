using MtlsTools.Authority;
using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Names;
using MtlsTools.Tests.Support;

namespace MtlsTools.Tests.Stores.Linux;

/// <summary>Two roots of one name, an intermediate and a server.</summary>
public sealed class TrustPki : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TrustPki()
    {
        Root = TestAuthority.Create(folder, "root", change: options => options with { Subject = DistinguishedName.Parse("CN=Acme Root ÄÖ/1") });
        Renewed = TestAuthority.Create(folder, "renewed", change: options => options with { Subject = Root.Certificate.Subject, NotAfter = DateTimeOffset.UtcNow.AddYears(20) }).Certificate;
        Other = TestAuthority.Create(folder, "Other Root").Certificate;
        Intermediate = TestAuthority.Create(folder, "Acme Issuing", issuer: Root);
        Server = LivePki.Issue("server", Intermediate, CertificateProfile.Server, "localhost,127.0.0.1", from: 0);
    }

    public CertificateAuthority Root { get; }

    public CertificateAuthority Intermediate { get; }

    public MtlsCertificate Renewed { get; }

    public MtlsCertificate Other { get; }

    public MtlsCertificate Server { get; }

    public void Dispose() => folder.Dispose();
}

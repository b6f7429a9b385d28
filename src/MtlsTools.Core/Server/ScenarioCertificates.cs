using MtlsTools.Certificates;
using MtlsTools.Issuance;
using MtlsTools.Keys;
using MtlsTools.Names;

namespace MtlsTools.Server;

/// <summary>Makes, in memory, a server certificate with exactly one fault, and the CA that a client has to trust so that no other fault shows.</summary>
internal sealed class ScenarioCertificates
{
    private const string WrongHost = "wrong-host.invalid"; // a top-level domain that can not exist (RFC 2606)

    private readonly MtlsCertificate likeness;
    private readonly DateTimeOffset now;

    private ScenarioCertificates(MtlsCertificate likeness, DateTimeOffset now)
    {
        this.likeness = likeness;
        this.now = now;
    }

    /// <summary>Whether the scenario is about the certificate.</summary>
    internal static bool Covers(ServerScenario scenario) => scenario is >= ServerScenario.ExpiredCertificate and <= ServerScenario.MissingIntermediate;

    /// <summary>The faulty certificate, with the names of another, and the CA to trust.</summary>
    internal static (MtlsCertificate Server, MtlsCertificate Ca) Create(ServerScenario scenario, MtlsCertificate likeness, TimeProvider clock) =>
        new ScenarioCertificates(likeness, clock.GetUtcNow()).Create(scenario);

    private (MtlsCertificate Server, MtlsCertificate Ca) Create(ServerScenario scenario)
    {
        var root = Root();
        var (from, to) = scenario switch
        {
            ServerScenario.ExpiredCertificate => (now.AddDays(-30), now.AddDays(-1)),
            ServerScenario.NotYetValidCertificate => (now.AddDays(1), now.AddDays(30)),
            _ => (now.AddDays(-1), now.AddDays(30)),
        };
        var san = scenario == ServerScenario.WrongHost ? [AlternativeName.Dns(WrongHost)] : likeness.San;
        var profile = scenario == ServerScenario.WrongPurpose ? CertificateProfile.Client : CertificateProfile.Server;
        if (scenario == ServerScenario.SelfSigned)
            return (Make(likeness.Subject, san, profile, from, to, null), root);
        if (scenario == ServerScenario.UntrustedCa)
            return (Make(likeness.Subject, san, profile, from, to, Root()), root);
        var intermediate = Make(DistinguishedName.FromCommonName("Scenario Intermediate CA"), [], CertificateProfile.Intermediate, now.AddDays(-40), now.AddDays(40), root);
        var leaf = Make(likeness.Subject, san, profile, from, to, intermediate);
        return (scenario == ServerScenario.MissingIntermediate ? leaf : leaf.WithChain([intermediate]), root);
    }

    private MtlsCertificate Root() => Make(DistinguishedName.FromCommonName("Scenario CA"), [], CertificateProfile.Root, now.AddDays(-50), now.AddDays(50), null);

    private static MtlsCertificate Make(DistinguishedName subject, IReadOnlyList<AlternativeName> san, CertificateProfile profile, DateTimeOffset from, DateTimeOffset to, MtlsCertificate? issuer)
    {
        var key = PrivateKey.Generate(KeyAlgorithm.EcdsaP256);
        var plan = new CertificatePlan(subject, san, key.PublicKey, IssuanceProfile.Of(profile), profile == CertificateProfile.Intermediate ? 0 : null, from, to, SerialNumbers.Create());
        var der = issuer is null ? CertificateSigner.SelfSign(plan, key) : CertificateSigner.Sign(plan, IssuerIdentity.Of(issuer), issuer.PrivateKey!);
        return MtlsCertificate.Decode(der, key);
    }
}

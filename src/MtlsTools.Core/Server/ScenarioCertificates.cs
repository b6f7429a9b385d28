using MtlsTools.Certificates;
using MtlsTools.Issuance;
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
            return (MintingAuthority.SelfSign(likeness.Subject, profile, from, to, san), root.Certificate);
        var issuer = scenario == ServerScenario.UntrustedCa ? Root() : root.CreateIntermediate(DistinguishedName.FromCommonName("Scenario Intermediate CA"), now);
        var leaf = issuer.Issue(likeness.Subject, profile, from, to, san: san);
        return (leaf.WithChain(scenario is ServerScenario.UntrustedCa or ServerScenario.MissingIntermediate ? [] : [issuer.Certificate]), root.Certificate);
    }

    private MintingAuthority Root() => MintingAuthority.CreateRoot(DistinguishedName.FromCommonName("Scenario CA"), now);
}

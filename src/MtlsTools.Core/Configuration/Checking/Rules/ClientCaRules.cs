using MtlsTools.Certificates;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>The CAs whose clients are let in.</summary>
internal static class ClientCaRules
{
    /// <summary>Private bundles have a handful of CAs, the public web's some 140.</summary>
    private const int ManyRoots = 30;

    private static readonly string[] SystemBundles = ["ca-certificates.crt", "ca-bundle.crt", "tls-ca-bundle.pem", "cacert.pem", "ca-bundle.trust.crt"];

    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        new("VerifyWithoutCa", Error, "RFC 8446, 4.4.2.4", "Where client certificates are verified, a CA is named", "Name the file with the CA of the clients.")
        {
            Examine = facts => facts.Endpoints.Where(one => one is { ClientCheck: ClientCheck.Required or ClientCheck.Optional, Cas.Count: 0 })
                .Select(one => new ConfigSymptom(one.Verify!, $"'{one.Name}' verifies client certificates and names no CA: {one.Program.WithoutCa}.")),
        },
        new("CaNotACa", Error, "RFC 5280, 4.2.1.9", "Files of trusted CAs hold CAs", "Name the CA that issued the clients' certificates.")
        {
            Examine = facts => Verifying(facts).SelectMany(one => one.Cas).Distinct().SelectMany(NotCas),
        },
        new("CaTrustsPublicWeb", Error, "RFC 5280, 6.1.1 (d)", "Clients are let in by CAs of one's own", "Name a file with the CA of the clients alone: anybody who gets a certificate of these CAs comes in.")
        {
            Examine = facts => facts.Noted("CaTrustsPublicWeb").Concat(Verifying(facts).SelectMany(one => one.Cas).Distinct()
                .Where(file => file.Certificates.Count(one => one.IsCa && one.IsSelfSigned) >= ManyRoots || SystemBundles.Contains(Path.GetFileName(file.Setting.Value)) || file.Setting.Value.TrimEnd('/') == "/etc/ssl/certs")
                .Select(file => new ConfigSymptom(file.Setting, $"'{file.Label}' has the CAs of the public web in it{(file.Certificates.Count > 0 ? $" ({file.Certificates.Count} certificates)" : "")}."))),
        },
        new("CaChainEndsEarly", Error, "OpenSSL needs X509_V_FLAG_PARTIAL_CHAIN", "The clients' CAs go up to a root", "Put the root into the file too (Export-MtlsCertificate -Format Bundle): without it the program refuses every client.")
        {
            Examine = facts => Verifying(facts).Where(one => one.Program.NeedsRoot && one.Cas.TrueForAll(file => file.IsKnown)).SelectMany(EndsEarly),
        },
        new("ServerPassesAsClient", Warning, "RFC 5280, 4.2.1.12", "A server's certificate can not be used to come in as a client", "Issue the server's certificate for servers alone (profile Server), or let in the clients of a CA that issues no servers: whoever has this server's key is a client.")
        {
            Examine = facts => Shared(facts, leaf => leaf.Role is CertificateRole.Peer or CertificateRole.AnyPurpose, (leaf, ca) => $"'{leaf.Name}', the server's own certificate, would be let in as a client: '{ca.Name}' issued it, and {(leaf.Role == CertificateRole.Peer ? "it is for clients too" : "it names no purpose")}."),
        },
        new("CaSharedWithServers", Information, "RFC 5280, 4.2.1.12", "Clients have a CA of their own", "See to it that this CA issues nothing without extendedKeyUsage: the purpose is all that keeps its servers from coming in as clients.")
        {
            Examine = facts => Shared(facts, leaf => leaf.Role == CertificateRole.Server, (leaf, ca) => $"'{ca.Name}' issues the server's certificate as well as the clients'."),
        },
    ];

    private static IEnumerable<ConfigEndpoint> Verifying(ConfigFacts facts) => facts.Endpoints.Where(one => one.ClientCheck is ClientCheck.Required or ClientCheck.Optional);

    private static IEnumerable<ConfigSymptom> NotCas(Material file)
    {
        if (file.IsKnown && file.Certificates.Count == 0)
            yield return new ConfigSymptom(file.Setting, $"'{file.Label}' holds no certificate.");
        foreach (var one in file.Certificates.Where(one => !one.IsCa && !(one.IsSelfSigned && one.Role == CertificateRole.AnyPurpose)).Take(10))
            yield return new ConfigSymptom(file.Setting, $"'{one.Name}' in '{file.Label}' is no CA, but a certificate of the role {one.Role}.");
    }

    private static IEnumerable<ConfigSymptom> EndsEarly(ConfigEndpoint endpoint)
    {
        var all = endpoint.Cas.SelectMany(file => file.Certificates).Distinct().ToList();
        foreach (var file in endpoint.Cas)
        {
            foreach (var ca in file.Certificates.Where(one => one.IsCa && !one.IsSelfSigned && !CertificateReader.BuildChain(one, all).Any(above => above.IsSelfSigned)))
                yield return new ConfigSymptom(file.Setting, $"'{ca.Name}' in '{file.Label}' was issued by '{ca.Issuer}', which is not there: {endpoint.Program.Name} wants the chain up to its root.");
        }
    }

    private static IEnumerable<ConfigSymptom> Shared(ConfigFacts facts, Func<MtlsCertificate, bool> wanted, Func<MtlsCertificate, MtlsCertificate, string> cause)
    {
        foreach (var endpoint in Verifying(facts))
        {
            var cas = endpoint.Cas.SelectMany(file => file.Certificates).Where(one => one.IsCa).Distinct().ToList();
            foreach (var file in endpoint.Pairs.Select(pair => pair.Certificate).Where(file => file.Certificates.Count > 0 && wanted(file.Certificates[0])))
            {
                var chain = CertificateReader.BuildChain(file.Certificates[0], [.. file.Certificates, .. cas]);
                if (chain.FirstOrDefault(cas.Contains) is { } ca)
                    yield return new ConfigSymptom(endpoint.Cas[0].Setting, cause(file.Certificates[0], ca));
            }
        }
    }
}

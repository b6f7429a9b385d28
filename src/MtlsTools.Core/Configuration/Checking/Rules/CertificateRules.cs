using MtlsTools.Certificates;
using MtlsTools.Names;
using MtlsTools.Policy;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>The certificates that endpoints present.</summary>
internal static class CertificateRules
{
    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        new("CertificateExpired", Error, "RFC 5280, 6.1.3", "Certificates are in date", "Renew it with Update-MtlsCertificate -ConfigPath, and reload the program.")
        {
            Examine = facts => Dated(facts, one => one.NotAfter < facts.AsOf, one => $"'{one.Name}' has expired on {Words.Date(one.NotAfter)}.").Concat(
                Dated(facts, one => one.NotBefore > facts.AsOf, one => $"'{one.Name}' begins on {Words.Date(one.NotBefore)} only.")),
        },
        new("CertificateExpiresSoon", Warning, "RFC 5280, 6.1.3", "Certificates live for another 30 days, or a third of their life", "Renew it now with Update-MtlsCertificate -ConfigPath, and reload the program.")
        {
            Examine = facts => Dated(facts, one => one.NotBefore <= facts.AsOf && one.NotAfter >= facts.AsOf && IsLate(one, facts.AsOf), one => $"'{one.Name}' ends on {Words.Date(one.NotAfter)}."),
        },
        new("CertificateWrongPurpose", Error, "RFC 5280, 4.2.1.12", "A server's certificate is for servers", "Issue one with the profile Server: clients refuse this one.")
        {
            Examine = facts => Leaves(facts).Where(one => one.Leaf.Role is not (CertificateRole.Server or CertificateRole.Peer or CertificateRole.AnyPurpose))
                .Select(one => new ConfigSymptom(one.File.Setting, one.Leaf.IsCa ? $"'{one.Leaf.Name}' is a CA; the server's own certificate has to stand first." : $"'{one.Leaf.Name}' is not for servers: its extendedKeyUsage is {string.Join(", ", one.Leaf.ExtendedKeyUsage ?? [])}.")),
        },
        new("NameNotCovered", Error, "RFC 9525, 6", "The certificate has every name of the server", "Issue it again with these names (-DnsName), or correct the server's name: clients that call it so refuse the connection.")
        {
            Examine = facts => facts.Endpoints.SelectMany(Uncovered),
        },
        new("ChainIncomplete", Error, "RFC 8446, 4.4.2", "A server sends its intermediates", "Put them behind the certificate in its file (Export-MtlsCertificate -Format FullChain): clients that know the root alone refuse the connection.")
        {
            Examine = facts => Leaves(facts).SelectMany(one => Incomplete(one.File, facts)),
        },
        OfChain("LeafNotFirst"),
        OfChain("ChainOrder"),
        OfChain("ChainForeign"),
        OfChain("ChainContainsRoot"),
        OfCertificate("KeyTooWeak"),
        OfCertificate("SignatureHashWeak"),
    ];

    /// <summary>Files that are presented, with the certificate that stands first.</summary>
    private static IEnumerable<(Material File, MtlsCertificate Leaf)> Leaves(ConfigFacts facts) =>
        facts.Pairs.Where(pair => pair.Certificate.Certificates.Count > 0).Select(pair => (pair.Certificate, pair.Certificate.Certificates[0]));

    private static IEnumerable<ConfigSymptom> Dated(ConfigFacts facts, Func<MtlsCertificate, bool> wanted, Func<MtlsCertificate, string> cause) =>
        facts.Materials.SelectMany(file => file.Certificates.Where(wanted).Select(one => new ConfigSymptom(file.Setting, $"{cause(one)[..^1]} ('{file.Label}').")));

    private static bool IsLate(MtlsCertificate one, DateTimeOffset asOf) =>
        one.NotAfter - asOf is var left && left < TimeSpan.FromDays(30) && left < (one.NotAfter - one.NotBefore) / 3;

    /// <summary>A name has to be in one of the certificates; servers choose by it.</summary>
    private static IEnumerable<ConfigSymptom> Uncovered(ConfigEndpoint endpoint)
    {
        var leaves = endpoint.Pairs.Where(pair => pair.Certificate.Certificates.Count > 0).Select(pair => pair.Certificate.Certificates[0]).ToList();
        if (leaves.Count == 0 || leaves.Count < endpoint.Pairs.Count)
            yield break;
        foreach (var name in endpoint.HostNames)
        {
            // Any host below a wildcard stands for all of them.
            var host = name.Value.StartsWith("*.", StringComparison.Ordinal) ? "any" + name.Value[1..] : name.Value;
            if (!leaves.Exists(leaf => HostName.Matches(leaf.San, host)))
                yield return new ConfigSymptom(name, $"'{name.Value}' is not among the names of the certificate: {Words.Quote(leaves.SelectMany(leaf => leaf.San).Select(san => san.Value).Take(20)) ?? "it has none"}.");
        }
    }

    private static IEnumerable<ConfigSymptom> Incomplete(Material file, ConfigFacts facts)
    {
        var last = new ChainFileFacts(file.Certificates).Chain[^1];
        if (last.IsSelfSigned || (last.IsCa && file.Certificates.Count == 1))
            yield break;
        var issuer = facts.KnownCas.Concat(Neighbours.Of(file.Setting.Path)).FirstOrDefault(ca => ca.IsCa && ca.Subject.Equals(last.Issuer) && CertificateReader.BuildChain(last, [ca]).Count > 0);
        if (issuer is { IsSelfSigned: false })
            yield return new ConfigSymptom(file.Setting, $"'{file.Label}' does not hold '{issuer.Name}', the intermediate that issued '{last.Name}'{(issuer.Path is { } path ? $"; it is in '{path}'" : "")}.");
    }

    private static ConfigRule OfChain(string id)
    {
        var rule = PolicyRules.Find(id)!;
        return new ConfigRule(rule)
        {
            Examine = facts => facts.Pairs.Select(pair => pair.Certificate).Where(file => file.Certificates.Count > 1).Distinct()
                .Select(file => rule.ChainFile!(new ChainFileFacts(file.Certificates)) is { } cause ? new ConfigSymptom(file.Setting, $"{cause} ('{file.Label}')") : null).OfType<ConfigSymptom>(),
        };
    }

    private static ConfigRule OfCertificate(string id)
    {
        var rule = PolicyRules.Find(id)!;
        return new ConfigRule(rule)
        {
            Examine = facts => facts.Materials.SelectMany(file => file.Certificates.Select(one => Judge(file, one, facts))).OfType<ConfigSymptom>(),
        };

        ConfigSymptom? Judge(Material file, MtlsCertificate one, ConfigFacts facts) =>
            rule.Certificate!(CertificateFacts.Read(one, null, facts.AsOf)) is { } cause ? new ConfigSymptom(file.Setting, $"{cause} ('{file.Label}')") : null;
    }
}

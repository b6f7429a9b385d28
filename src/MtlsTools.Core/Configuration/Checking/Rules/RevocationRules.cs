using MtlsTools.Certificates;
using MtlsTools.Keys;
using MtlsTools.Policy;
using MtlsTools.Revocation;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>Whether revoked clients are kept out.</summary>
internal static class RevocationRules
{
    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        new("RevocationOff", Warning, "RFC 5280, 6.3", "Revoked clients are refused", "Name the revocation lists of the clients' CAs, and renew them before they end; or give clients certificates that live for hours.")
        {
            Examine = facts => Mutual(facts).Where(one => one.Program.RevocationDirective is not null && one is { Crls.Count: 0, AsksOcsp: false } && one.Cas.Count > 0)
                .Select(one => new ConfigSymptom(one.Verify!, $"'{one.Name}' lets in revoked clients: there is no {one.Program.RevocationDirective}.")),
        },
        new("RevocationNotPossible", Information, "The program's own manual", "Revoked clients are refused", "Give clients certificates that live for days, or let another program take the connections.")
        {
            Examine = facts => Mutual(facts).Where(one => one.Program.RevocationDirective is null && one.Cas.Count > 0)
                .Select(one => new ConfigSymptom(one.Verify!, $"'{one.Name}' lets in revoked clients: {one.Program.Name} has no revocation lists.")),
        },
        ConfigRule.Noted("CrlNotUsed", Error, "Apache httpd, SSLCARevocationCheck", "Revocation lists that are named are looked at", "Add 'SSLCARevocationCheck chain'."),
        new("CrlMissingForCa", Error, "X509_V_FLAG_CRL_CHECK_ALL; nginx.org, ssl_crl", "There is a revocation list of every CA", "Put the lists of all CAs, the root's too, into the file, one after another (Publish-MtlsCrl -Combine): without one the program refuses every client below that CA.")
        {
            Examine = facts => Checking(facts).SelectMany(Uncovered),
        },
        new("CrlExpired", Error, "RFC 5280, 5.1.2.5", "Revocation lists are in date", "Get the CA's next list and reload the program: it refuses every client by now.")
        {
            Examine = facts => Lists(facts).Where(one => one.List.NextUpdate < facts.AsOf || one.List.ThisUpdate > facts.AsOf)
                .Select(one => new ConfigSymptom(one.File.Setting, $"The list of '{one.List.Issuer}' in '{one.File.Label}' {(one.List.ThisUpdate > facts.AsOf ? $"begins on {Words.Date(one.List.ThisUpdate)} only" : $"was to be replaced by {Words.Date(one.List.NextUpdate!.Value)}")}.")),
        },
        new("CrlExpiresSoon", Warning, "RFC 5280, 5.1.2.5", "Revocation lists live for another week, or a quarter of their life", "Get the CA's next list now, and reload the program: once this one ends, every client is refused.")
        {
            Examine = facts => Lists(facts).Where(one => one.List is { NextUpdate: { } next } list && next >= facts.AsOf && list.ThisUpdate <= facts.AsOf && next - facts.AsOf < TimeSpan.FromDays(7) && next - facts.AsOf < (next - list.ThisUpdate) / 4)
                .Select(one => new ConfigSymptom(one.File.Setting, $"The list of '{one.List.Issuer}' in '{one.File.Label}' ends on {Words.Date(one.List.NextUpdate!.Value)}.")),
        },
        new("CrlForeign", Error, "RFC 5280, 6.3.3 (f) and (g)", "Revocation lists are made by the CAs that they speak for", "Get the list from the CA whose clients are let in.")
        {
            Examine = facts => facts.Endpoints.SelectMany(Foreign),
        },
    ];

    private static IEnumerable<ConfigEndpoint> Mutual(ConfigFacts facts) => facts.Endpoints.Where(one => one.ClientCheck is ClientCheck.Required or ClientCheck.Optional);

    private static IEnumerable<ConfigEndpoint> Checking(ConfigFacts facts) => Mutual(facts).Where(one => one.CrlScope != RevocationScope.None && one.Crls.Count > 0 && one.Crls.TrueForAll(file => file.IsKnown));

    private static IEnumerable<(Material File, CertificateRevocationList List)> Lists(ConfigFacts facts) => facts.Materials.SelectMany(file => file.RevocationLists.Select(list => (file, list)));

    private static List<MtlsCertificate> Cas(ConfigEndpoint endpoint) => endpoint.Cas.SelectMany(file => file.Certificates).Where(one => one.IsCa).Distinct().ToList();

    private static IEnumerable<ConfigSymptom> Uncovered(ConfigEndpoint endpoint)
    {
        var cas = Cas(endpoint);
        foreach (var ca in cas.Where(ca => !endpoint.Crls.Exists(file => file.RevocationLists.Any(list => list.Issuer.Matches(ca.Subject)))))
        {
            // A CA that issues CAs alone has no say where the client's own certificate is looked up.
            if (endpoint.CrlScope == RevocationScope.Chain || !cas.Exists(below => !below.Equals(ca) && below.Issuer.Matches(ca.Subject)))
                yield return new ConfigSymptom(endpoint.Crls[0].Setting, $"There is no list of '{ca.Name}', so '{endpoint.Name}' refuses every client below it.");
        }
    }

    private static IEnumerable<ConfigSymptom> Foreign(ConfigEndpoint endpoint)
    {
        var cas = Cas(endpoint);
        if (cas.Count == 0 || endpoint.Cas.Exists(file => !file.IsKnown))
            yield break;
        foreach (var file in endpoint.Crls)
        {
            foreach (var list in file.RevocationLists)
            {
                var named = cas.FindAll(ca => ca.Subject.Matches(list.Issuer));

                // A list of another CA may be that of an intermediate that clients bring along.
                if (named.Count > 0 && !named.Exists(ca => new SignatureChecker(ca.PublicKey).Check(list.Signature) is SignatureVerdict.Valid or SignatureVerdict.NotSupported))
                    yield return new ConfigSymptom(file.Setting, $"The list of '{list.Issuer}' in '{file.Label}' is not signed by that CA: its name is the same, and its key another.");
            }
        }
    }
}

using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>The TLS versions.</summary>
internal static class ProtocolRules
{
    private static readonly string[] Old = ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1"];

    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        new("ProtocolOld", Error, "RFC 8996", "TLS 1.1 and older are off", "Turn on TLS 1.2 and 1.3 alone (nginx: ssl_protocols TLSv1.2 TLSv1.3; Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3; HAProxy: ssl-min-ver TLSv1.2).")
        {
            Examine = facts => Set(facts).Where(one => one.Versions!.Intersect(Old).Any()).Select(one => new ConfigSymptom(one.Protocols!, $"'{one.Name}' speaks {string.Join(", ", one.Versions!.Intersect(Old))}.")),
        },
        new("Tls13Off", Warning, "RFC 8446; RFC 9325, 3.1.1", "TLS 1.3 is on", "Turn TLS 1.3 on: under TLS 1.2 everybody on the way can read the client's certificate, and with it who comes.")
        {
            Examine = facts => Set(facts).Where(one => !one.Versions!.Contains("TLSv1.3")).Select(one => new ConfigSymptom(one.Protocols!, $"'{one.Name}' does not speak TLS 1.3.")),
        },
        new("ProtocolDefault", Warning, "RFC 8996; RFC 9325, 3.1.1", "TLS versions are set where the program's default is not good", "Set them: ssl_protocols TLSv1.2 TLSv1.3 (nginx), SSLProtocol -all +TLSv1.2 +TLSv1.3 (Apache).")
        {
            Examine = facts => facts.Endpoints.Where(one => one is { IsTls: true, Protocols: null, Program.DefaultVersions: not null }).Select(one => new ConfigSymptom(one.Place, $"'{one.Name}' does not set the TLS versions: {one.Program.DefaultVersions}.")),
        },
    ];

    private static IEnumerable<ConfigEndpoint> Set(ConfigFacts facts) => facts.Endpoints.Where(one => one is { IsTls: true, Versions: not null, Protocols: not null });
}

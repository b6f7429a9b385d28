using System.Globalization;
using MtlsTools.Certificates;
using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>How clients' certificates are asked for and looked at.</summary>
internal static class VerificationRules
{
    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        new("ClientNotVerified", Error, "RFC 8446, 4.4.2.4", "A client's certificate is verified", "Require a valid certificate (nginx: ssl_verify_client on; Apache: SSLVerifyClient require; HAProxy: verify required without ignored errors; Caddy: mode require_and_verify), or refuse requests by the result of the check.")
        {
            Examine = facts => facts.Noted("ClientNotVerified").Concat(facts.Endpoints.Where(one => one is { IsTls: true, ClientCheck: ClientCheck.Unverified, ActsOnResult: false })
                .Select(one => new ConfigSymptom(one.Verify!, $"'{one.Name}' asks for a client certificate and lets in any, self-made ones too ({one.Verify!.Value})."))),
        },
        new("ClientCertificateOptional", Warning, "RFC 8446, 4.3.2", "Where client certificates are asked for, they are needed", "Require one, or refuse requests without one where that is needed (nginx: if ($ssl_client_verify != SUCCESS) { return 403; }; HAProxy: http-request deny unless { ssl_c_used }).")
        {
            Examine = facts => Optional(facts).Where(one => !PassesOn(one)).Select(one => new ConfigSymptom(one.Verify!, $"'{one.Name}' lets in clients without a certificate ({one.Verify!.Value}), and nothing here refuses them.")),
        },
        new("ClientCheckLeftToBackend", Information, "-", "Clients without a certificate are refused here", "See to it that the application behind refuses requests in which the header is empty.")
        {
            Examine = facts => Optional(facts).Where(PassesOn).Select(one => new ConfigSymptom(one.Verify!, $"'{one.Name}' lets in clients without a certificate ({one.Verify!.Value}) and leaves it to the application to refuse them, by a header.")),
        },
        ConfigRule.Noted("LocationUnchecked", Warning, "nginx: each location has conditions of its own", "Every way in is checked, not only some locations", "Check in the server block, for all locations, or require the certificate."),
        ConfigRule.Noted("CheckIneffective", Error, "nginx: $ssl_client_verify is SUCCESS, FAILED:reason or NONE", "A condition on the client's certificate refuses whoever has none", "Refuse everything but success: if ($ssl_client_verify != SUCCESS) { return 403; }."),
        ConfigRule.Noted("VerifyPerLocation", Warning, "RFC 8740; RFC 8446, 4.6.2", "Client certificates are asked for in the handshake", "Ask for it in the virtual host, one for clients with certificates and one for those without."),
        ConfigRule.Noted("NameNotChecked", Error, "PostgreSQL, 21.12", "A client's certificate is its owner's only", "Use the method cert, or clientcert=verify-full, which compare the name with the user."),
        new("DepthTooSmall", Error, "SSL_CTX_set_verify_depth(3)", "The depth is enough for the clients' chains", "Set the depth to what the cause says.")
        {
            Examine = facts => facts.Endpoints.Where(one => one.ClientCheck is ClientCheck.Required or ClientCheck.Optional).Select(TooSmall).OfType<ConfigSymptom>(),
        },
    ];

    private static IEnumerable<ConfigEndpoint> Optional(ConfigFacts facts) => facts.Endpoints.Where(one => one is { IsTls: true, ClientCheck: ClientCheck.Optional, ActsOnResult: false });

    private static bool PassesOn(ConfigEndpoint endpoint) => endpoint.Routes.Exists(route => route.Headers.OfClient.Any());

    private static ConfigSymptom? TooSmall(ConfigEndpoint endpoint)
    {
        var given = endpoint.Depth is { } setting && int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : endpoint.Program.DefaultDepth;
        if (given is not { } depth)
            return null;
        var all = endpoint.Cas.SelectMany(file => file.Certificates).Where(one => one.IsCa).Distinct().ToList();
        var longest = all.Select(ca => CertificateReader.BuildChain(ca, all).Prepend(ca).Count(one => endpoint.Program.DepthCountsRoot || !one.IsSelfSigned)).DefaultIfEmpty(0).Max();
        return depth >= longest ? null : new ConfigSymptom(
            endpoint.Depth ?? endpoint.Verify!,
            $"Below the CAs of '{endpoint.Name}' a client's chain has up to {longest} CAs{(endpoint.Program.DepthCountsRoot ? " with the root" : " without the root")}, and the depth is {depth}{(endpoint.Depth is null ? ", the default" : "")}: {endpoint.Program.Name} refuses these clients. Set it to {longest}.");
    }
}

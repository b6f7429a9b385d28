using static MtlsTools.Verification.FindingSeverity;

namespace MtlsTools.Configuration.Checking;

/// <summary>Ways around the client certificate, to the same thing behind.</summary>
internal static class RouteRules
{
    internal static IReadOnlyList<ConfigRule> All { get; } =
    [
        new("PlainBesideMtls", Error, "RFC 9325, 3.2; the weakest way in counts", "What needs a client certificate can not be reached without TLS", "Take the port without TLS away, have it redirect, or bind it to 127.0.0.1.")
        {
            Examine = facts => facts.Noted("PlainBesideMtls").Concat(Beside(facts, EndpointMode.Plain, (route, open, guarded) => $"'{open}' reaches '{route.Backend}' without TLS; '{guarded}' asks for client certificates before it.")),
        },
        new("TlsBesideMtls", Warning, "The weakest way in counts", "What needs a client certificate can not be reached without one", "Require client certificates there too, or pass on to another application.")
        {
            Examine = facts => Beside(facts, EndpointMode.Tls, (route, open, guarded) => $"'{open}' reaches '{route.Backend}' without a client certificate; '{guarded}' asks for one before it."),
        },
        new("PlainBesideTls", Warning, "RFC 9325, 3.2", "What TLS protects can not be reached without it", "Have the port redirect, take it away, or bind it to 127.0.0.1 (PostgreSQL: hostssl in place of host).")
        {
            Examine = PlainBesideTls,
        },
        new("HeaderForgeable", Error, "CWE-290; CWE-348", "A client can not send the headers by which the application knows it", "Set or clear the header on every way to the application (nginx: proxy_set_header NAME \"\"; Apache: RequestHeader unset; HAProxy: http-request del-header; Caddy: header_up -NAME).")
        {
            Examine = Forgeable,
        },
        ConfigRule.Noted("UpstreamNotVerified", Warning, "RFC 9325, 7.2", "The server behind is verified", "Verify it by its own CA (nginx: proxy_ssl_verify on with proxy_ssl_trusted_certificate; Apache: SSLProxyVerify require; HAProxy: verify required ca-file; Istio: caCertificates): otherwise whoever gets between reads and answers."),
    ];

    /// <summary>Open ways to what is guarded elsewhere.</summary>
    private static IEnumerable<ConfigSymptom> Beside(ConfigFacts facts, EndpointMode mode, Func<Route, string, string, string> cause)
    {
        var guarded = facts.Endpoints.Where(one => one.Mode == EndpointMode.Mtls).SelectMany(one => one.Routes.Select(route => (route.Backend, Name: Words(one)))).ToLookup(one => one.Backend, one => one.Name);
        foreach (var endpoint in facts.Endpoints.Where(one => one.Mode == mode && !one.IsLocal))
        {
            foreach (var route in endpoint.Routes.Where(route => !route.IsChecked && guarded.Contains(route.Backend)).DistinctBy(route => route.Backend).Where(route => !IsBlock(route) || endpoint.Routes.TrueForAll(other => IsBlock(other))))
                yield return new ConfigSymptom(route.Place, cause(route with { Backend = IsBlock(route) ? "the same server" : route.Backend }, Words(endpoint), guarded[route.Backend].First()));
        }
    }

    private static IEnumerable<ConfigSymptom> PlainBesideTls(ConfigFacts facts)
    {
        var guarded = facts.Endpoints.Where(one => one.Mode == EndpointMode.Mtls).SelectMany(one => one.Routes).Select(route => route.Backend).ToHashSet(StringComparer.Ordinal);
        var encrypted = facts.Endpoints.Where(one => one.Mode is EndpointMode.Tls or EndpointMode.Optional).SelectMany(one => one.Routes.Select(route => (route.Backend, Name: Words(one)))).ToLookup(one => one.Backend, one => one.Name);
        foreach (var endpoint in facts.Endpoints.Where(one => one is { Mode: EndpointMode.Plain, IsLocal: false }))
        {
            foreach (var route in endpoint.Routes.Where(route => encrypted.Contains(route.Backend) && !guarded.Contains(route.Backend)).DistinctBy(route => IsBlock(route) ? "" : route.Backend).Take(10))
                yield return new ConfigSymptom(route.Place, $"'{Words(endpoint)}' serves without TLS what '{encrypted[route.Backend].First()}' serves with it.");
        }
    }

    /// <summary>A header that tells one way who the client is, and that another way to the same application lets through as the client sent it.</summary>
    private static IEnumerable<ConfigSymptom> Forgeable(ConfigFacts facts)
    {
        var identity = facts.Endpoints.SelectMany(one => one.Routes).Where(route => !IsBlock(route))
            .SelectMany(route => route.Headers.OfClient.Select(header => (route.Backend, Header: header)))
            .Distinct().ToLookup(one => one.Backend, one => one.Header);
        foreach (var endpoint in facts.Endpoints)
        {
            foreach (var route in endpoint.Routes.Where(route => !IsBlock(route)))
            {
                var open = identity[route.Backend].Where(route.Headers.LetsThrough).Order(StringComparer.Ordinal).ToList();
                if (open.Count > 0)
                    yield return new ConfigSymptom(route.Place, $"'{Words(endpoint)}' passes {string.Join(", ", open)} on to '{route.Backend}' as the client sent it; the application takes it for what the TLS port found out about the client.");
            }
        }
    }

    private static bool IsBlock(Route route) => route.Backend.StartsWith("server ", StringComparison.Ordinal);

    private static string Words(ConfigEndpoint endpoint) => endpoint.Port is { } port ? $"{endpoint.Name}:{port}" : endpoint.Name;
}

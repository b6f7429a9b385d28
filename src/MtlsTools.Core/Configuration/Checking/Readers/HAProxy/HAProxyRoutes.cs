namespace MtlsTools.Configuration.Checking;

/// <summary>Where HAProxy passes requests on to, with which headers, and where it acts on the client's certificate itself.</summary>
internal sealed class HAProxyRoutes
{
    private static readonly string[] OfClient = ["ssl_c_", "ssl_fc_has_crt", "ssl_c_used"];

    private readonly Dictionary<string, Directive> backends = new(StringComparer.Ordinal);

    internal HAProxyRoutes(ConfigFacts facts, Directive root)
    {
        foreach (var section in root.Children.Where(one => one.Name is "backend" or "listen"))
            backends[section.First] = section;
        foreach (var server in root.Children.Where(one => one.Name is "backend" or "listen" or "defaults").SelectMany(one => one.Own("server").Concat(one.Own("default-server"))))
        {
            var words = server.Arguments.ToList();
            if (words.Contains("ssl") && words.IndexOf("verify") is >= 0 and var at && words.ElementAtOrDefault(at + 1) == "none")
                facts.Note("UpstreamNotVerified", server.Setting, $"The server '{server.First}' is not verified: 'verify none'.");
        }
    }

    internal void Read(Directive section, ConfigEndpoint endpoint)
    {
        var lists = section.Own("acl").Where(acl => IsOfClient(acl.Text)).Select(acl => acl.First).ToHashSet(StringComparer.Ordinal);
        var refusals = section.Children.Where(one => (one.Name == "http-request" && one.First is "deny" or "reject" or "tarpit" or "return" or "silent-drop" or "redirect") || (one.Name == "tcp-request" && one.Arguments.Any(word => word is "reject" or "silent-drop")));
        endpoint.ActsOnResult = refusals.Any(one => Asks(one));
        foreach (var use in section.Children.Where(one => one.Name is "use_backend" or "default_backend"))
        {
            var target = backends.GetValueOrDefault(use.First);
            endpoint.Routes.Add(new Route(Servers(target) ?? "backend " + use.First, use.Setting, Headers(section, target)) { IsChecked = endpoint.ActsOnResult || Asks(use) });
        }

        if (Servers(section) is { } own)
            endpoint.Routes.Add(new Route(own, section.Setting, Headers(section, null)) { IsChecked = endpoint.ActsOnResult });

        bool Asks(Directive one) => one.Arguments.Any(word => IsOfClient(word) || lists.Contains(word.TrimStart('!')));
    }

    private static bool IsOfClient(string text) => Array.Exists(OfClient, word => text.Contains(word, StringComparison.Ordinal));

    /// <summary>The addresses of a section's servers: two backends with the same servers are one.</summary>
    private static string? Servers(Directive? section) =>
        section?.Own("server").Where(server => server.Arguments.Count > 1).Select(server => SettingReader.BackendOf(server.Arguments[1])).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } servers ? string.Join(',', servers) : null;

    private static HeaderUses Headers(Directive frontend, Directive? backend)
    {
        var uses = new HeaderUses();
        foreach (var rule in frontend.Own("http-request").Concat(backend?.Own("http-request") ?? []).Where(rule => rule.Arguments.Count > 1))
        {
            var name = rule.Arguments[1].ToLowerInvariant();
            var isConditional = rule.Arguments.Skip(2).Any(word => word is "if" or "unless");
            if (rule.First == "del-header" && !isConditional)
                Clear(uses, name, rule.Arguments.Count > 3 && rule.Arguments[2] == "-m" ? rule.Arguments[3] : "str");
            else if (rule.First is "set-header" or "add-header" && rule.Arguments.Count > 2 && IsOfClient(rule.Arguments[2]))
                uses.Identify(name, isConditional || rule.First == "add-header");
            else if (rule.First == "set-header" && !isConditional)
                uses.Set(name, HeaderUse.Set);
        }

        return uses;
    }

    private static void Clear(HeaderUses uses, string name, string method)
    {
        switch (method)
        {
            case "reg":
                uses.ClearByExpression(name);
                break;
            case "beg":
                uses.Clear(header => header.StartsWith(name, StringComparison.OrdinalIgnoreCase));
                break;
            case "end":
                uses.Clear(header => header.EndsWith(name, StringComparison.OrdinalIgnoreCase));
                break;
            case "sub":
                uses.Clear(header => header.Contains(name, StringComparison.OrdinalIgnoreCase));
                break;
            default:
                uses.Set(name, HeaderUse.Cleared);
                break;
        }
    }
}

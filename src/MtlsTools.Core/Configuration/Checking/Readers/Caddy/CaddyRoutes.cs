namespace MtlsTools.Configuration.Checking;

/// <summary>Where Caddy passes requests on to, with which headers, and where it acts on the client's certificate itself.</summary>
internal static class CaddyRoutes
{
    internal static void Read(ConfigFacts facts, Directive site, ConfigEndpoint endpoint)
    {
        var all = site.All().ToList();

        // A matcher that looks at the client counts where it decides what becomes of a request, and not only of its headers.
        var matchers = all.Where(one => one.Name.StartsWith('@') && (IsOfClient(one.Text) || one.All().Any(inner => IsOfClient(inner.Text)))).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var acts = all.Exists(one => matchers.Contains(one.First) && one.Name is not ("request_header" or "header" or "log_append" or "vars"));
        endpoint.ActsOnResult |= acts;
        foreach (var proxy in all.Where(one => one.Name is "reverse_proxy" or "php_fastcgi"))
        {
            var targets = proxy.Arguments.Where(word => word is not ['@' or '/' or '*', ..] and not "").Concat(proxy.Own("to").SelectMany(to => to.Arguments)).Select(SettingReader.BackendOf).Order(StringComparer.Ordinal).ToList();
            if (targets.Count > 0)
                endpoint.Routes.Add(new Route(string.Join(',', targets), proxy.Setting, Headers(proxy)) { IsChecked = acts });
            if (proxy.All().FirstOrDefault(one => one.Name == "tls_insecure_skip_verify") is { } skipped)
                facts.Note("UpstreamNotVerified", skipped.Setting, $"The server behind '{string.Join(' ', proxy.Arguments)}' is not verified: tls_insecure_skip_verify.");
        }
    }

    private static bool IsOfClient(string text) => text.Contains("tls_client_", StringComparison.Ordinal) || text.Contains("tls.client.", StringComparison.Ordinal);

    private static HeaderUses Headers(Directive proxy)
    {
        var uses = new HeaderUses();
        var around = new Stack<Directive>();
        for (var block = proxy.Parent; block is not null; block = block.Parent)
            around.Push(block);
        foreach (var header in around.SelectMany(block => block.Own("request_header")).Where(one => one.Arguments.Count > 0))
            Use(header.Arguments.SkipWhile(word => word is ['@' or '/' or '*', ..]).ToList(), isConditional: header.First is ['@' or '/', ..]);
        foreach (var header in proxy.Own("header_up"))
            Use(header.Arguments, isConditional: false);
        return uses;

        void Use(IReadOnlyList<string> words, bool isConditional)
        {
            if (words.Count == 0 || words[0].Length == 0)
                return;
            var name = words[0].TrimStart('+', '-', '?', '>');
            if (words[0][0] == '-' && !isConditional)
                uses.Clear(name);
            else if (words.Count == 2 && words[0][0] != '+' && IsOfClient(words[1]))
                uses.Identify(name, isConditional);
            else if (words.Count == 2 && words[0][0] != '+' && !isConditional)
                uses.Set(name, HeaderUse.Set);
        }
    }
}

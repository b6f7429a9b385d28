namespace MtlsTools.Configuration.Checking;

/// <summary>Where Apache passes requests on to, with which headers, and where it acts on the client's certificate itself.</summary>
internal static class ApacheRoutes
{
    internal static void Read(ConfigFacts facts, ApacheScope scope, ConfigEndpoint endpoint)
    {
        var all = scope.Host.All().ToList();
        var checks = all.Where(one => (one.Is("Require") || one.Is("SSLRequire") || one.Is("RewriteCond")) && one.Text.Contains("SSL_CLIENT_", StringComparison.OrdinalIgnoreCase)).ToList();
        checks.AddRange(all.Where(one => one.Is("Require") && (one.First is "ssl-verify-client" || one.Text is "ssl verify-client")));
        endpoint.ActsOnResult = checks.Count > 0;
        foreach (var pass in all.Where(one => one.Is("ProxyPass") || one.Is("ProxyPassMatch") || (one.Is("RewriteRule") && one.Arguments.Count > 2 && one.Arguments[2].Contains('P'))))
        {
            var target = pass.Is("RewriteRule") ? pass.Arguments[1] : pass.Arguments.FirstOrDefault(word => word.Contains("://", StringComparison.Ordinal) || word.StartsWith("unix:", StringComparison.Ordinal));
            if (target is null)
                continue;
            endpoint.Routes.Add(new Route(SettingReader.BackendOf(target), pass.Setting, Headers(scope, pass)) { IsChecked = checks.Exists(check => scope.Section(check) is not { } section || section == scope.Section(pass)) });
            if (target.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && scope.Find("SSLProxyVerify")?.First.ToLowerInvariant() is not "require")
                facts.Note("UpstreamNotVerified", pass.Setting, $"The server behind '{target}' is not verified: SSLProxyVerify is none by default.");
        }
    }

    private static HeaderUses Headers(ApacheScope scope, Directive pass)
    {
        var uses = new HeaderUses();
        var section = scope.Section(pass);
        foreach (var header in scope.Host.All().Where(one => one.Is("RequestHeader") && one.Arguments.Count > 1 && (scope.Section(one) is not { } inner || inner == section)))
        {
            var early = header.Arguments[0].Equals("early", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            if (header.Arguments.Count < 2 + early)
                continue;
            var (action, name, value) = (header.Arguments[early].ToLowerInvariant(), header.Arguments[early + 1].ToLowerInvariant(), header.Arguments.ElementAtOrDefault(early + 2) ?? "");
            var isConditional = header.Arguments.Skip(early + 3).Any(word => word.StartsWith("expr=", StringComparison.OrdinalIgnoreCase) || word.StartsWith("env=", StringComparison.OrdinalIgnoreCase));
            if (action == "unset")
                uses.Clear(name);
            else if (value.Contains("SSL_CLIENT_", StringComparison.OrdinalIgnoreCase))
                uses.Identify(name, isConditional || action != "set");
            else if (action == "set" && !isConditional)
                uses.Set(name, HeaderUse.Set);
        }

        return uses;
    }
}

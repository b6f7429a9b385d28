namespace MtlsTools.Configuration.Checking;

/// <summary>Where nginx passes requests on to, with which headers, and where it acts on the client's certificate itself.</summary>
internal sealed class NginxRoutes
{
    private const string Result = "$ssl_client_verify", Client = "$ssl_client_";

    private static readonly string[] Passes = ["proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass"];

    private readonly ConfigFacts facts;
    private readonly Dictionary<string, string> upstreams = new(StringComparer.Ordinal);
    private readonly HashSet<string> ofClient = new(StringComparer.Ordinal), ofResult = new(StringComparer.Ordinal);
    private readonly HashSet<(string, int)> judged = [];

    internal NginxRoutes(ConfigFacts facts, Directive root)
    {
        this.facts = facts;
        foreach (var directive in root.All().Where(one => one.IsBlock || one.Name == "set"))
        {
            if (directive.Name == "upstream")
                upstreams[directive.First] = string.Join(',', directive.Own("server").Select(server => SettingReader.BackendOf("http://" + server.First)).Order(StringComparer.Ordinal));
            else if (directive is { Name: "map", Arguments.Count: 2 })
                Learn(directive.Arguments[1], directive.First + string.Concat(directive.Children.Select(child => child.Text)));
            else if (directive is { Name: "set", Arguments.Count: 2 })
                Learn(directive.First, directive.Arguments[1]);
        }
    }

    /// <summary>A variable that is made of what is known of the client's certificate.</summary>
    private void Learn(string variable, string from)
    {
        if (from.Contains(Client, StringComparison.Ordinal))
            ofClient.Add(variable);
        if (from.Contains(Result, StringComparison.Ordinal))
            ofResult.Add(variable);
    }

    internal void Read(Directive server, ConfigEndpoint endpoint)
    {
        var isCheckedByServer = Checks(server, endpoint);
        var places = server.All().Where(one => one.IsBlock && one.Name == "location").ToList();
        var open = places.Where(place => !IsChecked(place, endpoint) && Serves(place)).ToList();
        endpoint.ActsOnResult = isCheckedByServer || places.Exists(place => IsChecked(place, endpoint));
        if (!isCheckedByServer && endpoint.ActsOnResult && endpoint.ClientCheck is ClientCheck.Optional or ClientCheck.Unverified)
        {
            foreach (var place in open)
                facts.Note("LocationUnchecked", place.Setting, $"'location {place.Text}' serves clients whatever $ssl_client_verify says; other locations of '{endpoint.Name}' check it.");
        }

        foreach (var pass in server.All().Where(one => Passes.Contains(one.Name) && one.Arguments.Count > 0))
        {
            endpoint.Routes.Add(new Route(Backend(pass.First), pass.Setting, Headers(pass)) { IsChecked = isCheckedByServer || IsChecked(pass.Parent!, endpoint) });
            Judge(pass);
        }

        // A server block with a plain port and one of TLS answers on both alike.
        if (server.Children.Any(Serves) || places.Exists(Serves))
            endpoint.Routes.Add(new Route($"server {server.File}:{server.Line}", server.At(endpoint.Name), new HeaderUses()) { IsChecked = isCheckedByServer });
    }

    private static bool Serves(Directive place) => place.Name switch
    {
        "root" or "alias" or "index" or "autoindex" => true,
        "location" => !place.Own("internal").Any() && !place.Own("deny").Any(deny => deny.First == "all") && !place.First.StartsWith('@') && !place.Own("return").Any(one => one.First is not ['2', ..]) && place.Children.Count > 0,
        _ => Passes.Contains(place.Name),
    };

    private bool IsChecked(Directive place, ConfigEndpoint endpoint)
    {
        for (var block = place; block is { Name: not "server" }; block = block.Parent)
        {
            if (Checks(block, endpoint))
                return true;
        }

        return false;
    }

    /// <summary>Whether a block turns away those whose certificate was not found valid.</summary>
    private bool Checks(Directive block, ConfigEndpoint endpoint)
    {
        var isChecked = false;
        foreach (var condition in block.Own("if").Where(one => one.IsBlock && one.Own("return").Any()))
        {
            var text = condition.Text.Trim('(', ')', ' ').Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);
            if (ofResult.Any(variable => text.Contains(variable, StringComparison.Ordinal)))
                isChecked = true;
            if (!text.Contains(Result, StringComparison.Ordinal))
                continue;
            var turnsAway = condition.Own("return").Any(one => one.First is ['4', ..] or ['5', ..]);
            var isSound = (text.Contains("!=", StringComparison.Ordinal) || text.Contains("!~", StringComparison.Ordinal)) && text.Contains("SUCCESS", StringComparison.Ordinal);
            isSound |= endpoint.ClientCheck == ClientCheck.Optional && text.EndsWith("= NONE", StringComparison.Ordinal) && !text.Contains("!=", StringComparison.Ordinal);
            if (turnsAway && isSound)
                isChecked = true;
            else if (turnsAway && !text.Contains("SUCCESS", StringComparison.Ordinal) && judged.Add((condition.File, condition.Line)))
                facts.Note("CheckIneffective", condition.Setting, $"'if {condition.Text}' lets clients through without a valid certificate: the values are SUCCESS, FAILED:reason and NONE.");
        }

        return isChecked;
    }

    /// <summary>proxy_set_header is inherited only by blocks that have none of their own.</summary>
    private HeaderUses Headers(Directive pass)
    {
        var uses = new HeaderUses();
        foreach (var header in pass.Parent!.Inherited(pass.Name == "grpc_pass" ? "grpc_set_header" : "proxy_set_header").Where(one => one.Arguments.Count == 2))
        {
            var (name, value) = (header.First.ToLowerInvariant(), header.Arguments[1]);
            if (value.Contains(Client, StringComparison.Ordinal) || ofClient.Any(variable => value.Contains(variable, StringComparison.Ordinal)))
                uses.Set(name, HeaderUse.Identity);
            else if (!value.Contains("$http_" + name.Replace('-', '_'), StringComparison.Ordinal))
                uses.Set(name, value.Length == 0 ? HeaderUse.Cleared : HeaderUse.Set);
        }

        // Parameters of FastCGI and its like are no headers: a client can not send them.
        return uses;
    }

    private string Backend(string url)
    {
        var backend = SettingReader.BackendOf(url);
        var name = backend.Split(':')[0];
        return upstreams.GetValueOrDefault(name, backend);
    }

    private void Judge(Directive pass)
    {
        if (!pass.First.StartsWith("https://", StringComparison.Ordinal) && !pass.First.StartsWith("grpcs://", StringComparison.Ordinal))
            return;
        var prefix = pass.Name == "grpc_pass" ? "grpc_ssl" : "proxy_ssl";
        if (pass.Parent!.Value(prefix + "_verify") != "on" && judged.Add((pass.File, pass.Line)))
            facts.Note("UpstreamNotVerified", pass.Setting, $"The server behind '{pass.First}' is not verified: {prefix}_verify is off by default.");
    }
}

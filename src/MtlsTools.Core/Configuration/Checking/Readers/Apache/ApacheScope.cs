namespace MtlsTools.Configuration.Checking;

/// <summary>What holds for a virtual host: its own directives, with those in conditions (IfModule, IfDefine, IfFile, IfVersion), and else the main server's.</summary>
internal sealed class ApacheScope(Directive host, Directive root)
{
    internal Directive Host => host;

    /// <summary>The last one of a name: it is the one that counts.</summary>
    internal Directive? Find(string name) => Own(name) ?? (host == root ? null : Of(root).LastOrDefault(one => one.Is(name)));

    internal Directive? Own(string name) => Of(host).LastOrDefault(one => one.Is(name));

    internal IReadOnlyList<Directive> All(string name) => Of(host).Where(one => one.Is(name)).ToList() is { Count: > 0 } own ? own : host == root ? [] : Of(root).Where(one => one.Is(name)).ToList();

    internal IEnumerable<ConfigSetting> Servers(params string[] names) => Of(host).Where(one => names.Any(one.Is)).SelectMany(one => one.Arguments.Select(one.At));

    /// <summary>Those within sections of the host: Location, Directory, Files, If.</summary>
    internal IEnumerable<Directive> Inner(string name) => host.All().Where(one => one.Is(name) && Section(one) is not null);

    /// <summary>The section that a directive stands in, or null when it is the host's own.</summary>
    internal Directive? Section(Directive directive)
    {
        for (var block = directive.Parent; block is not null && block != host; block = block.Parent)
        {
            if (!IsCondition(block))
                return block;
        }

        return null;
    }

    private static IEnumerable<Directive> Of(Directive block) => block.Children.SelectMany(child => IsCondition(child) ? Of(child) : [child]);

    private static bool IsCondition(Directive block) => block.IsBlock && (block.Is("IfModule") || block.Is("IfDefine") || block.Is("IfFile") || block.Is("IfVersion") || block.Is("IfDirective") || block.Is("IfSection"));
}

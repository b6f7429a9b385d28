using System.Xml.Linq;

namespace MtlsTools.Host;

/// <summary>What IIS's applicationHost.config says about clients' certificates.</summary>
internal sealed record IisConfiguration(IReadOnlyList<IisSite> Sites, IReadOnlyList<IisPool> Pools)
{
    // AccessSslFlags: the names as appcmd writes them.
    private static readonly string[] Asking = ["SslNegotiateCert", "SslRequireCert"];

    /// <summary>Reads the file's text.</summary>
    /// <exception cref="System.Xml.XmlException">It is not XML.</exception>
    internal static IisConfiguration Parse(string xml)
    {
        var root = XDocument.Parse(xml).Root!;
        var access = AskingLocations(root);
        var sites = root.Elements("system.applicationHost").Elements("sites").Elements("site").Select(site =>
        {
            var name = (string?)site.Attribute("name") ?? "";
            var bindings = site.Elements("bindings").Elements("binding")
                .Where(binding => (string?)binding.Attribute("protocol") == "https")
                .Select(binding => IisBinding.Parse((string?)binding.Attribute("bindingInformation") ?? "", (string?)binding.Attribute("sslFlags")))
                .ToList();
            return new IisSite(name, bindings, access.Where(path => path.Length == 0 || path.Equals(name, StringComparison.OrdinalIgnoreCase) || path.StartsWith($"{name}/", StringComparison.OrdinalIgnoreCase)).ToList());
        });
        var pools = root.Elements("system.applicationHost").Elements("applicationPools").Elements("add").Select(pool =>
        {
            var process = pool.Element("processModel");
            return new IisPool((string?)pool.Attribute("name") ?? "", (string?)process?.Attribute("identityType") ?? "ApplicationPoolIdentity", (string?)process?.Attribute("userName"));
        });
        return new IisConfiguration(sites.ToList(), pools.ToList());
    }

    /// <summary>The paths whose access settings ask for a certificate; empty is everything.</summary>
    private static List<string> AskingLocations(XElement root) =>
        root.Elements("location").Select(location => ((string?)location.Attribute("path") ?? "", location)).Prepend(("", root))
            .Where(one => one.Item2.Elements("system.webServer").Elements("security").Elements("access").Any(element =>
                ((string?)element.Attribute("sslFlags") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Intersect(Asking, StringComparer.OrdinalIgnoreCase).Any()))
            .Select(one => one.Item1)
            .ToList();
}

/// <summary>A site, where it listens, and which of its paths ask clients for certificates (an empty one is all of IIS).</summary>
internal sealed record IisSite(string Name, IReadOnlyList<IisBinding> Bindings, IReadOnlyList<string> AskingPaths);

/// <summary>One https binding of a site: <c>address:port:host</c>.</summary>
internal sealed record IisBinding(string Address, int Port, string Host, bool IsByName)
{
    internal static IisBinding Parse(string information, string? flags)
    {
        var host = information[(information.LastIndexOf(':') + 1)..];
        var rest = information[..Math.Max(0, information.LastIndexOf(':'))];
        var port = rest[(rest.LastIndexOf(':') + 1)..];
        return new IisBinding(rest[..Math.Max(0, rest.LastIndexOf(':'))], int.TryParse(port, out var number) ? number : 0, host, int.TryParse(flags, out var bits) && (bits & 1) != 0);
    }
}

/// <summary>An application pool and the account it runs as.</summary>
internal sealed record IisPool(string Name, string IdentityType, string? UserName)
{
    /// <summary>The security identifier of its account, when that could be found out.</summary>
    internal string? Sid { get; init; }
}

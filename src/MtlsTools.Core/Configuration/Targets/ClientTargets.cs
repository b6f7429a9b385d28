using System.Net;
using MtlsTools.Configuration.Syntax;

namespace MtlsTools.Configuration.Targets;

/// <summary>Programs and languages that connect to a server.</summary>
internal static class ClientTargets
{
    internal static IReadOnlyList<TargetDefinition> All { get; } =
    [
        new(ConfigTarget.Curl, ConfigSide.Client, "curl", platform => platform == ConfigPlatform.Windows
            ? [new("Curl/curl.ps1", "curl.ps1", CodeSyntax.PowerShell)]
            : [new("Curl/curl.sh", "curl.sh", CodeSyntax.Bash), new("Curl/client.curlrc", "client.curlrc", ClientSyntax.Curl)])
        {
            Modes = Modes,
            TakesEncryptedKey = true,
            Values = Values,
        },
        new(ConfigTarget.PowerShell, ConfigSide.Client, "PowerShell", new TemplateFile("PowerShell/client.ps1", "client.ps1", CodeSyntax.PowerShell), new TemplateFile("PowerShell/client-mtlstools.ps1", "client-mtlstools.ps1", CodeSyntax.PowerShell))
        {
            Modes = Modes,
            TakesEncryptedKey = true,
            NoCrl = FetchesLists,
            Values = Values,
        },
        new(ConfigTarget.DotNet, ConfigSide.Client, ".NET's HttpClient", new TemplateFile("DotNet/Program.cs", "Program.cs", CodeSyntax.CSharp))
        {
            Modes = Modes,
            TakesEncryptedKey = true,
            NoCrl = FetchesLists,
            Values = Values,
        },
        new(ConfigTarget.PythonRequests, ConfigSide.Client, "Python's requests", new TemplateFile("PythonRequests/client.py", "client.py", CodeSyntax.Python)) { Modes = Modes, Values = Values },
        new(ConfigTarget.NodeClient, ConfigSide.Client, "Node.js", new TemplateFile("NodeClient/client.mjs", "client.mjs", CodeSyntax.JavaScript)) { Modes = Modes, TakesEncryptedKey = true, Values = Values },
        new(ConfigTarget.GoClient, ConfigSide.Client, "Go", new TemplateFile("GoClient/client.go", "client.go", CodeSyntax.Go), new TemplateFile("GoClient/certificate.go", "certificate.go", CodeSyntax.Go), new TemplateFile("GoClient/go.mod", "go.mod", CodeSyntax.Go))
        {
            Modes = Modes,
            NoCrl = "Go's crypto/tls knows none",
            Values = Values,
        },
        new(ConfigTarget.Java, ConfigSide.Client, "Java", new TemplateFile("Java/MtlsClient.java", "MtlsClient.java", CodeSyntax.Java)) { Modes = Modes, TakesEncryptedKey = true, Values = Values },
        new(ConfigTarget.OpenSslClient, ConfigSide.Client, "openssl s_client", platform => platform == ConfigPlatform.Windows
            ? [new("OpenSslClient/client.ps1", "client.ps1", CodeSyntax.PowerShell)]
            : [new("OpenSslClient/client.sh", "client.sh", CodeSyntax.Bash)])
        {
            Modes = Modes,
            TakesEncryptedKey = true,
            Values = Values,
        },
        new(ConfigTarget.Wget, ConfigSide.Client, "wget", new TemplateFile("Wget/client.wgetrc", "client.wgetrc", ClientSyntax.Wget)) { Modes = Modes, Values = Values },
        new(ConfigTarget.Psql, ConfigSide.Client, "psql", new TemplateFile("Psql/pg_service.conf", "pg_service.conf", ClientSyntax.Libpq), new TemplateFile("Psql/connection-uri.txt", "connection-uri.txt", ConfigSyntax.Plain))
        {
            Modes = Modes,
            Port = 5432,
            Values = Values,
        },
        new(ConfigTarget.Git, ConfigSide.Client, "git", new TemplateFile("Git/client.gitconfig", "client.gitconfig", ClientSyntax.Git))
        {
            Modes = Modes,
            TakesEncryptedKey = true,
            NoCrl = "git has no setting for them",
            Values = Values,
        },
    ];

    private const string FetchesLists = ".NET reads none from a file, it fetches them from where the certificates say";

    /// <summary>With a certificate, or without one.</summary>
    private static IReadOnlyList<ConfigMode> Modes => [ConfigMode.Mtls, ConfigMode.Tls];

    private static bool ShowsCertificate(ConfigOptions options) => options.Certificate is not null && options.Mode != ConfigMode.Tls;

    private static Dictionary<string, object?> Values(ConfigContext context)
    {
        var options = context.Options;
        var host = context.Host;
        var isIp = IPAddress.TryParse(host, out var address);
        var authority = address?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{host}]:{context.Port}" : $"{host}:{context.Port}";
        return new Dictionary<string, object?>
        {
            // In the mode Tls a client shows nothing, whatever it has.
            ["identity"] = ShowsCertificate(options),
            ["hasIntermediates"] = options.Certificate?.Intermediates.Count > 0,
            ["isIp"] = isIp,
            ["connect"] = authority,
            ["origin"] = $"https://{authority}/",

            // What follows a colon would be the key's password.
            ["curlCertificate"] = (Func<object?>)(() => ConfigSyntax.Escape(context.PathOf(ConfigFileRole.Certificate), "\\:")),
            ["storePath"] = $@"CurrentUser\MY\{options.Certificate?.Thumbprint}",

            // One option of s_client names all that is trusted and how it is checked.
            ["trustAndLists"] = (Func<object?>)(() => context.PathOf(options.Crls.Count > 0 ? ConfigFileRole.TrustAndCrl : ConfigFileRole.Trust)),
            ["uri"] = (Func<object?>)(() => LibpqUri(context)),
        };
    }

    /// <summary>A connection URI of libpq: everything in it may be written with percent signs.</summary>
    private static string LibpqUri(ConfigContext context)
    {
        var parameters = new List<(string Name, string Value)> { ("sslmode", "verify-full"), ("gssencmode", "disable") };
        if (context.Options.TrustedCas.Count > 0)
            parameters.Add(("sslrootcert", context.PathOf(ConfigFileRole.Trust)));
        if (context.Options.Crls.Count > 0)
            parameters.Add(("sslcrl", context.PathOf(ConfigFileRole.Crl)));
        if (ShowsCertificate(context.Options))
            parameters.AddRange([("sslcert", context.PathOf(ConfigFileRole.Certificate)), ("sslkey", context.PathOf(ConfigFileRole.Key))]);
        var user = ShowsCertificate(context.Options) ? $"{Uri.EscapeDataString(context.Options.Certificate!.Name)}@" : "";
        return $"postgresql://{user}{Uri.EscapeDataString(context.Host)}:{context.Port}/postgres?{string.Join('&', parameters.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"))}";
    }
}

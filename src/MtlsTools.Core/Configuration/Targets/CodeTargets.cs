using MtlsTools.Configuration.Programs;
using MtlsTools.Configuration.Syntax;

namespace MtlsTools.Configuration.Targets;

/// <summary>Servers that are programs of their own, and IIS, which a script sets up.</summary>
internal static class CodeTargets
{
    internal static IReadOnlyList<TargetDefinition> All { get; } =
    [
        new(ConfigTarget.NodeServer, ConfigSide.Server, "Node.js (server)", new TemplateFile("NodeServer/server.mjs", "server.mjs", CodeSyntax.JavaScript))
        {
            Port = 8443,
            Program = CodePrograms.Node,
            TakesEncryptedKey = true,
        },
        new(ConfigTarget.GoServer, ConfigSide.Server, "Go (server)",
            new TemplateFile("GoServer/main.go", "main.go", CodeSyntax.Go),
            new TemplateFile("GoServer/go.mod", "go.mod", ConfigSyntax.Plain))
        {
            Port = 8443,
            Program = CodePrograms.Go,
        },
        new(ConfigTarget.PythonServer, ConfigSide.Server, "Python (server)", new TemplateFile("PythonServer/server.py", "server.py", CodeSyntax.Python))
        {
            Port = 8443,
            Program = CodePrograms.Python,
            TakesEncryptedKey = true,
            Values = context => new Dictionary<string, object?> { ["bind"] = context.Options.Address?.ToString() ?? "" },
        },
        new(ConfigTarget.JavaServer, ConfigSide.Server, "Spring Boot", new TemplateFile("JavaServer/application.yaml", "application.yaml", CodeSyntax.Json))
        {
            Port = 8443,
            TakesEncryptedKey = true,
            NoCrl = "Spring Boot has no setting for them. The JVM can fetch them from the addresses in certificates (-Dcom.sun.net.ssl.checkRevocation=true -Dcom.sun.security.enableCRLDP=true)",
            Values = context => new Dictionary<string, object?>
            {
                ["certificateLocation"] = Location(context, ConfigFileRole.Certificate),
                ["keyLocation"] = Location(context, ConfigFileRole.Key),
                ["trustLocation"] = Location(context, ConfigFileRole.Trust),
            },
        },
        new(ConfigTarget.Kestrel, ConfigSide.Server, "Kestrel",
            new TemplateFile("Kestrel/appsettings.json", "appsettings.json", CodeSyntax.Json),
            new TemplateFile("Kestrel/Program.cs", "Program.cs", CodeSyntax.CSharp),
            new TemplateFile("Kestrel/server.csproj", "server.csproj", ConfigSyntax.Plain))
        {
            Port = 8443,
            Program = CodePrograms.Kestrel,
            TakesEncryptedKey = true,
            NoCrl = ".NET reads none from files. It can fetch them from the addresses in certificates: set ClientCertificates:Revocation in appsettings.json to Online",
            Values = context => new Dictionary<string, object?> { ["endpoint"] = $"https://{(context.Options.Address is null ? "*" : "")}{context.Listen}" },
        },
        new(ConfigTarget.Iis, ConfigSide.Server, "IIS", new TemplateFile("Iis/iis.ps1", "iis.ps1", CodeSyntax.PowerShell))
        {
            Platforms = [ConfigPlatform.Windows],
            Values = context => new Dictionary<string, object?>
            {
                ["binding"] = $"{(context.Options.Address is null ? "*" : "")}{context.Listen}:",
                ["endpoint"] = $"{(context.Options.Address is null ? "0.0.0.0" : "")}{context.Listen}",
            },
        },
    ];

    /// <summary>A file as Spring names it: a URL, in which nothing is left that Spring or YAML could see a meaning in.</summary>
    private static Func<object?> Location(ConfigContext context, ConfigFileRole role) => () =>
    {
        var path = context.PathOf(role).Replace('\\', '/');
        return $"file:{(path.StartsWith("//", StringComparison.Ordinal) ? "" : path.StartsWith('/') ? "//" : "///")}{string.Join('/', path.Split('/').Select(Uri.EscapeDataString)).Replace("%3A", ":", StringComparison.Ordinal)}";
    };
}

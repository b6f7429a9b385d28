using MtlsTools.Configuration.Programs;
using MtlsTools.Configuration.Syntax;

namespace MtlsTools.Configuration.Targets;

/// <summary>Databases, brokers, and openssl as a server.</summary>
internal static class ServiceTargets
{
    internal static IReadOnlyList<TargetDefinition> All { get; } =
    [
        new(ConfigTarget.PostgreSql, ConfigSide.Server, "PostgreSQL",
            new TemplateFile("PostgreSql/postgresql.conf", "postgresql.conf", ServiceSyntax.PostgreSql),
            new TemplateFile("PostgreSql/pg_hba.conf", "pg_hba.conf", ConfigSyntax.Plain),
            new TemplateFile("PostgreSql/pg_ident.conf", "pg_ident.conf", ConfigSyntax.Plain))
        {
            Port = 5432,
            Program = ServicePrograms.PostgreSql,
        },
        new(ConfigTarget.Mosquitto, ConfigSide.Server, "Mosquitto", new TemplateFile("Mosquitto/mosquitto.conf", "mosquitto.conf", ServiceSyntax.Mosquitto))
        {
            Port = 8883,
            Program = ServicePrograms.Mosquitto,

            // It asks for a certificate only where it requires one.
            Modes = [ConfigMode.Mtls, ConfigMode.Tls],
        },
        new(ConfigTarget.Redis, ConfigSide.Server, "Redis", new TemplateFile("Redis/redis.conf", "redis.conf", ServiceSyntax.Redis))
        {
            Port = 6379,
            Program = ServicePrograms.Redis,
            Platforms = [ConfigPlatform.Unix],
            NoCrl = "it has no setting for them. Keep the lifetimes of clients' certificates short, or let HAProxy or stunnel do the TLS",
        },
        new(ConfigTarget.OpenSslServer, ConfigSide.Server, "openssl s_server", platform =>
            [platform == ConfigPlatform.Windows ? new TemplateFile("OpenSslServer/server.ps1", "server.ps1", CodeSyntax.PowerShell) : new TemplateFile("OpenSslServer/server.sh", "server.sh", CodeSyntax.Bash)])
        {
            Port = 4433,
            Program = ServicePrograms.OpenSsl,
            TakesEncryptedKey = true,
            Values = context => new Dictionary<string, object?> { ["accept"] = context.Options.Address is null ? context.Port : context.Listen },
        },
    ];
}

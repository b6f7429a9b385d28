namespace MtlsTools.Configuration.Syntax;

/// <summary>The configuration of databases and brokers.</summary>
internal static class ServiceSyntax
{
    /// <summary>In single quotes a backslash escapes.</summary>
    internal static ConfigSyntax PostgreSql { get; } = new("PostgreSQL's configuration", text => $"'{ConfigSyntax.Escape(text, "\\'")}'");

    /// <summary>A value is the rest of the line, without the spaces around it; nothing quotes.</summary>
    internal static ConfigSyntax Mosquitto { get; } = new("Mosquitto's configuration", text => text.Length == 0 || text != text.Trim() ? null : text);

    /// <summary>In double quotes a backslash escapes.</summary>
    internal static ConfigSyntax Redis { get; } = new("Redis' configuration", text => $"\"{ConfigSyntax.Escape(text, "\\\"")}\"");
}

namespace MtlsTools.Configuration.Syntax;

/// <summary>nginx's configuration: a backslash escapes within quotes, and nothing escapes a dollar sign, which begins a variable.</summary>
internal static class NginxSyntax
{
    internal static ConfigSyntax Nginx { get; } = new("nginx's configuration", text =>
        text.Contains('$') ? null : ConfigSyntax.IsPlain(text) ? text : $"\"{ConfigSyntax.Escape(text, "\\\"")}\"");
}

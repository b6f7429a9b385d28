namespace MtlsTools.Configuration.Syntax;

/// <summary>The files of web servers and proxies that have a syntax of their own.</summary>
internal static class ProxySyntaxes
{
    /// <summary>Apache: backslashes escape within quotes; <c>${NAME}</c> is replaced everywhere, and nothing escapes it.</summary>
    internal static ConfigSyntax Apache { get; } = new("Apache's configuration", text =>
        text.Contains("${", StringComparison.Ordinal) ? null : ConfigSyntax.IsPlain(text) ? text : $"\"{ConfigSyntax.Escape(text, "\\\"")}\"");

    /// <summary>HAProxy: all is literal within apostrophes, and an apostrophe stands outside of them.</summary>
    internal static ConfigSyntax HAProxy { get; } = new("HAProxy's configuration", text =>
        ConfigSyntax.IsPlain(text) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'");

    /// <summary>
    /// Caddyfile: braces are placeholders, some of them even within quotes. A backslash escapes nothing but the quote after it, so a text with
    /// such a pair, or with a backslash at its end, stands between backticks.
    /// </summary>
    internal static ConfigSyntax Caddyfile { get; } = new("a Caddyfile", text =>
        text.AsSpan().IndexOfAny('{', '}') >= 0 ? null
            : ConfigSyntax.IsPlain(text) ? text
            : !text.EndsWith('\\') && !text.Contains("\\\"", StringComparison.Ordinal) ? $"\"{ConfigSyntax.Escape(text, "\"")}\""
            : text.Contains('`') ? null
            : $"`{text}`");

    /// <summary>stunnel: a value is the rest of its line, without the spaces around it.</summary>
    internal static ConfigSyntax Stunnel { get; } = new("stunnel's configuration", text => text.Length == 0 || text != text.Trim() ? null : text);
}

namespace MtlsTools.Configuration.Syntax;

/// <summary>The configuration files of clients.</summary>
internal static class ClientSyntax
{
    /// <summary>A file of curl's options: quotes, in which a backslash escapes.</summary>
    internal static ConfigSyntax Curl { get; } = new("a file of curl's options", Quoted);

    /// <summary>Git's configuration, for values and for the names of sections alike.</summary>
    internal static ConfigSyntax Git { get; } = new("git's configuration", Quoted);

    /// <summary>Wget takes the rest of the line, without the spaces around it, and no quotes; a path from the home directory begins with a tilde.</summary>
    internal static ConfigSyntax Wget { get; } = new("wget's configuration", text => IsTrimmed(text) && text[0] != '~' ? text : null);

    /// <summary>libpq takes the rest of the line, without the spaces at its end, and no quotes.</summary>
    internal static ConfigSyntax Libpq { get; } = new("libpq's service file", text => IsTrimmed(text) ? text : null);

    private static string Quoted(string text) => $"\"{ConfigSyntax.Escape(text, "\\\"")}\"";

    private static bool IsTrimmed(string text) => text.Length > 0 && text.Trim() == text;
}

namespace MtlsTools.Configuration.Syntax;

/// <summary>How a text is written in a kind of file.</summary>
/// <param name="Name">The syntax's name for people: "nginx's configuration".</param>
/// <param name="Quote">The text as one token, with quotes where they are needed; null when it can not be expressed.</param>
internal sealed record ConfigSyntax(string Name, Func<string, string?> Quote)
{
    /// <summary>Text for people.</summary>
    internal static ConfigSyntax Plain { get; } = new("text", text => text);

    /// <summary>Writes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">What it is, for the error.</param>
    /// <exception cref="InputException">It can not be expressed; a character that breaks the line never can.</exception>
    internal string Write(string text, string value) => (text.Any(char.IsControl) ? null : Quote(text))
        ?? throw new InputException(ErrorCode.ConfigValueNotWritable, $"The {value} '{new string(text.Select(c => char.IsControl(c) ? '?' : c).ToArray())}' can not be written in {Name}: a character in it has a meaning of its own there. Use another name (for a file, rename it, or have a copy made with -InstallPath).");

    /// <summary>The text with a backslash before each of these characters.</summary>
    internal static string Escape(string text, string characters) =>
        string.Concat(text.Select(c => characters.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));

    /// <summary>Whether a text is so plain that no syntax sees anything in it.</summary>
    internal static bool IsPlain(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':');
}

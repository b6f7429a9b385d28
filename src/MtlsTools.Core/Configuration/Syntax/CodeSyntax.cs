using System.Globalization;
using MtlsTools.Encoding;

namespace MtlsTools.Configuration.Syntax;

/// <summary>Texts as literals of programming languages, and as words of shells.</summary>
internal static class CodeSyntax
{
    internal static ConfigSyntax JavaScript { get; } = new("JavaScript", text => Literal(text, '\''));

    internal static ConfigSyntax Python { get; } = new("Python", text => Literal(text, '"'));

    internal static ConfigSyntax Go { get; } = new("Go", text => Literal(text, '"'));

    internal static ConfigSyntax CSharp { get; } = new("C#", text => Literal(text, '"'));

    internal static ConfigSyntax Json { get; } = new("JSON", text => Literal(text, '"'));

    /// <summary>Java before 18 reads a source in the encoding of its system, so nothing but ASCII stands in it.</summary>
    internal static ConfigSyntax Java { get; } = new("Java", text => Literal(text, '"', char.IsAscii));

    internal static ConfigSyntax Bash { get; } = new("a shell script", BashText.QuoteIfNeeded);

    internal static ConfigSyntax PowerShell { get; } = new("PowerShell", PowerShellText);

    private static string Literal(string text, char quote) => Literal(text, quote, IsVisible);

    /// <summary>All of these languages escape with a backslash, and write any UTF-16 unit as \u and four hexadecimal digits.</summary>
    private static string Literal(string text, char quote, Func<char, bool> isWritten) =>
        $"{quote}{string.Concat(text.Select(c => c == quote || c == '\\' ? $"\\{c}" : isWritten(c) ? c.ToString() : $"\\u{(int)c:x4}"))}{quote}";

    /// <summary>Some separators end a line in some of these languages, and characters that only format can make code look like other code.</summary>
    private static bool IsVisible(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format);

    /// <summary>Windows PowerShell reads a script without a mark in the system's code page, so other characters than ASCII are written by their numbers.</summary>
    private static string PowerShellText(string text)
    {
        if (text.All(char.IsAscii))
            return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        var parts = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var plain = text[at..].TakeWhile(char.IsAscii).Count();
            if (plain > 0 || parts.Count == 0)
                parts.Add($"'{text.Substring(at, plain).Replace("'", "''", StringComparison.Ordinal)}'");
            at += plain;
            for (; at < text.Length && !char.IsAscii(text[at]); at++)
                parts.Add($"[char]0x{(int)text[at]:X4}");
        }

        return $"({string.Join(" + ", parts)})";
    }
}

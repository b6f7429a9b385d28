using System.Globalization;
using System.Text;

namespace MtlsTools.Configuration.Syntax;

/// <summary>YAML's scalars in double quotes, which JSON readers take as well.</summary>
internal static class YamlSyntax
{
    internal static ConfigSyntax Yaml { get; } = new("YAML", Quote);

    /// <summary>Two braces become escapes, so that programs which take a YAML file for a template (Traefik, Helm) see none.</summary>
    private static string Quote(string text)
    {
        var result = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '"' or '\\')
                result.Append('\\').Append(c);
            else if (IsSpecial(c) || (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c))
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                result.Append(c);
        }

        return result.Append('"').ToString();
    }

    /// <summary>What ends a line in YAML, and the mark that may only begin a file.</summary>
    private static bool IsSpecial(char c) => c is '\u0085' or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF';
}

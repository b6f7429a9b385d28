using System.Globalization;
using System.Text;

namespace MtlsTools.Inventory;

/// <summary>A piece of a page that is markup already.</summary>
internal readonly record struct Markup(string Text)
{
    public override string ToString() => Text;
}

/// <summary>Builds markup from interpolated texts: every value is escaped unless it is <see cref="Markup"/>, so that a name in a certificate can not become a tag.</summary>
internal sealed class HtmlText : IFormatProvider, ICustomFormatter
{
    private static readonly HtmlText Escaping = new();

    private HtmlText()
    {
    }

    /// <summary>Markup with its values escaped.</summary>
    internal static Markup Of(FormattableString text) => new(text.ToString(Escaping));

    /// <summary>Pieces after one another.</summary>
    internal static Markup Join(IEnumerable<Markup> pieces, string between = "") => new(string.Join(between, pieces));

    public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

    public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
    {
        null => "",
        Markup markup => markup.Text,
        IFormattable value => Escape(value.ToString(format, CultureInfo.InvariantCulture)),
        _ => Escape(arg.ToString() ?? ""),
    };

    /// <summary>Characters that can not be seen, or that turn the text around them, are shown by their numbers.</summary>
    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 16);
        foreach (var c in value)
        {
            _ = c switch
            {
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '&' => text.Append("&amp;"),
                '"' => text.Append("&quot;"),
                '\'' => text.Append("&#39;"),
                _ when char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => text.Append(c),
            };
        }

        return text.ToString();
    }
}

namespace MtlsTools.Policy;

/// <summary>Puts values into sentences.</summary>
internal static class Words
{
    /// <summary>The values in quotes with commas, or null when there are none: a rule's cause is then null as well.</summary>
    internal static string? Quote(IEnumerable<string> values) => string.Join(", ", values.Select(value => $"'{value}'")) is { Length: > 0 } list ? list : null;

    /// <summary>A sentence about the values, or null when there are none.</summary>
    internal static string? About(IEnumerable<string> values, Func<string, string> sentence) => Quote(values) is { } list ? sentence(list) : null;

    internal static string Date(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) + " UTC";
}

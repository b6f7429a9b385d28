using MtlsTools.Encoding;

namespace MtlsTools.Inventory;

/// <summary>Puts an inventory into the form that people or programs want.</summary>
public static class InventoryReport
{
    /// <summary>The form that a file's ending stands for, or null.</summary>
    public static ReportFormat? FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".html" or ".htm" => ReportFormat.Html,
            ".csv" => ReportFormat.Csv,
            ".json" => ReportFormat.Json,
            ".xml" => ReportFormat.JUnit,
            ".prom" => ReportFormat.Prometheus,
            ".ics" => ReportFormat.Ics,
            _ => null,
        };
    }

    /// <summary>Writes a report: the most urgent items first.</summary>
    /// <param name="items">The items of an inventory.</param>
    /// <param name="format">The form.</param>
    /// <param name="title">What the report is called.</param>
    /// <param name="clock">When it is made.</param>
    public static byte[] Write(IEnumerable<InventoryItem> items, ReportFormat format, string title = "Certificate inventory", TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(title);
        var made = (clock ?? TimeProvider.System).GetUtcNow().ToUniversalTime();
        var ordered = items.OrderByDescending(item => item.NeedsAttention).ThenByDescending(item => item.Status).ThenBy(item => item.NotAfter ?? DateTimeOffset.MaxValue).ThenBy(item => item.Name, StringComparer.Ordinal).ThenBy(item => item.Place, StringComparer.Ordinal).ToList();
        return format switch
        {
            ReportFormat.Html => Utf8(HtmlReport.Write(ordered, title, made)),
            ReportFormat.Csv => Utf8(CsvReport.Write(ordered)),
            ReportFormat.Json => JsonReport.Write(ordered, title, made),
            ReportFormat.JUnit => JUnitReport.Write(ordered, title, made),
            ReportFormat.Prometheus => Utf8(PrometheusReport.Write(ordered, made)),
            ReportFormat.Ics => Utf8(CalendarReport.Write(ordered, title, made)),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a report format."),
        };
    }

    /// <summary>Writes a report into a file, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">What <see cref="Write"/> gave.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="OutputException">The file exists, or can not be written.</exception>
    public static void Save(string path, ReadOnlySpan<byte> content, bool overwrite) => AtomicFile.Write(path, content, FileAudience.Everyone, overwrite);

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}

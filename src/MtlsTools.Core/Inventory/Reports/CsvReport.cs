using System.Globalization;
using System.Text;

namespace MtlsTools.Inventory;

/// <summary>A table for spreadsheets (RFC 4180). A text of somebody else's certificate never becomes a formula.</summary>
internal static class CsvReport
{
    private static readonly (string Name, Func<InventoryItem, object?> Value)[] Columns =
    [
        ("Status", item => item.Status),
        ("NeedsAttention", item => item.NeedsAttention),
        ("Name", item => item.Name),
        ("Role", item => item.Role),
        ("DaysLeft", item => item.DaysLeft),
        ("NotBefore", item => item.NotBefore),
        ("NotAfter", item => item.NotAfter),
        ("RenewAfter", item => item.RenewAfter),
        ("NeedsRenewal", item => item.NeedsRenewal),
        ("Source", item => item.Source),
        ("Place", item => item.Place),
        ("KeyPath", item => item.KeyPath),
        ("Subject", item => item.Subject),
        ("San", item => string.Join(", ", item.San)),
        ("Issuer", item => item.Issuer),
        ("SerialNumber", item => item.SerialNumber),
        ("Sha256", item => item.Sha256),
        ("SpkiSha256", item => item.SpkiSha256),
        ("UsedBy", item => string.Join(", ", item.UsedBy)),
        ("AlsoAt", item => string.Join(", ", item.AlsoAt)),
        ("SharesKeyWith", item => string.Join(", ", item.SharesKeyWith)),
        ("Findings", item => string.Join(" | ", item.Findings.Select(finding => $"{finding.Id}: {finding.Cause}"))),
        ("Kind", item => item.Kind),
    ];

    internal static string Write(IReadOnlyList<InventoryItem> items)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(column => column.Name)).Append("\r\n");
        foreach (var item in items)
            text.AppendJoin(',', Columns.Select(column => Field(column.Value(item)))).Append("\r\n");
        return text.ToString();
    }

    private static string Field(object? value) => value switch
    {
        null => "",
        int number => number.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        _ => Text(value.ToString()!),
    };

    /// <summary>Spreadsheets compute what begins with one of these; an apostrophe keeps it a text.</summary>
    private static string Text(string value)
    {
        if (value is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..])
            value = "'" + value;
        return value.AsSpan().IndexOfAny("\",\r\n") < 0 && value.Trim().Length == value.Length ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

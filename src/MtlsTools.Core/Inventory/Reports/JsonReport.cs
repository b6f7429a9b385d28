using System.Text.Json;

namespace MtlsTools.Inventory;

/// <summary>Everything for programs. Fields are only ever added; a change of what one means gets a new number in <c>schema</c>.</summary>
internal static class JsonReport
{
    private const string Schema = "mtlstools-inventory/1";
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    internal static byte[] Write(IReadOnlyList<InventoryItem> items, string title, DateTimeOffset made)
    {
        using var content = new MemoryStream();
        using (var writer = new Utf8JsonWriter(content, Indented))
        {
            writer.WriteStartObject();
            writer.WriteString("schema", Schema);
            writer.WriteString("title", title);
            writer.WriteString("made", made);
            writer.WriteStartObject("summary");
            writer.WriteNumber("items", items.Count);
            writer.WriteNumber("needAttention", items.Count(item => item.NeedsAttention));
            foreach (var status in Enum.GetValues<InventoryStatus>())
                writer.WriteNumber(Camel(status.ToString()), items.Count(item => item.Status == status));
            writer.WriteEndObject();
            writer.WriteStartArray("items");
            foreach (var item in items)
                WriteItem(writer, item);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        content.WriteByte((byte)'\n');
        return content.ToArray();
    }

    private static void WriteItem(Utf8JsonWriter writer, InventoryItem item)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", item.Kind.ToString());
        writer.WriteString("status", item.Status.ToString());
        writer.WriteBoolean("needsAttention", item.NeedsAttention);
        writer.WriteBoolean("needsRenewal", item.NeedsRenewal);
        writer.WriteString("name", item.Name);
        writer.WriteString("role", item.Role?.ToString());
        writer.WriteString("subject", item.Subject);
        WriteTexts(writer, "san", item.San.Select(name => name.ToString()));
        writer.WriteString("issuer", item.Issuer);
        WriteTime(writer, "notBefore", item.NotBefore);
        WriteTime(writer, "notAfter", item.NotAfter);
        WriteTime(writer, "renewAfter", item.RenewAfter);
        if (item.DaysLeft is { } days)
            writer.WriteNumber("daysLeft", days);
        else
            writer.WriteNull("daysLeft");
        writer.WriteString("source", item.Source.ToString());
        writer.WriteString("place", item.Place);
        writer.WriteString("path", item.Path);
        writer.WriteString("keyPath", item.KeyPath);
        writer.WriteBoolean("hasPrivateKey", item.HasPrivateKey);
        writer.WriteString("serialNumber", item.SerialNumber);
        writer.WriteString("sha256", item.Sha256);
        writer.WriteString("spkiSha256", item.SpkiSha256);
        WriteTexts(writer, "usedBy", item.UsedBy);
        WriteTexts(writer, "alsoAt", item.AlsoAt);
        WriteTexts(writer, "sharesKeyWith", item.SharesKeyWith);
        writer.WriteStartArray("findings");
        foreach (var finding in item.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("id", finding.Id);
            writer.WriteString("severity", finding.Severity.ToString());
            writer.WriteString("cause", finding.Cause);
            writer.WriteString("remedy", finding.Remedy);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } known)
            writer.WriteString(name, known.ToUniversalTime());
        else
            writer.WriteNull(name);
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

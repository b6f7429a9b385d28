using System.Globalization;
using System.Xml;
using MtlsTools.Verification;

namespace MtlsTools.Inventory;

/// <summary>A test case for each item, for whatever shows test results: what needs attention fails, what can not be read is an error.</summary>
internal static class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new() { Indent = true, Encoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), NewLineChars = "\n" };

    internal static byte[] Write(IReadOnlyList<InventoryItem> items, string title, DateTimeOffset made)
    {
        using var content = new MemoryStream();
        using (var writer = XmlWriter.Create(content, Settings))
        {
            writer.WriteStartElement("testsuites");
            writer.WriteAttributeString("name", Clean(title));
            WriteCounts(writer, items);
            foreach (var suite in items.GroupBy(item => item.Source).OrderBy(group => group.Key))
                WriteSuite(writer, suite.Key, [.. suite], made);
            writer.WriteEndElement();
        }

        content.WriteByte((byte)'\n');
        return content.ToArray();
    }

    private static void WriteSuite(XmlWriter writer, InventorySource source, List<InventoryItem> items, DateTimeOffset made)
    {
        writer.WriteStartElement("testsuite");
        writer.WriteAttributeString("name", source.ToString());
        WriteCounts(writer, items);
        writer.WriteAttributeString("skipped", "0");
        writer.WriteAttributeString("time", "0");
        writer.WriteAttributeString("timestamp", made.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        foreach (var item in items)
        {
            writer.WriteStartElement("testcase");
            writer.WriteAttributeString("classname", $"{source}.{item.Role?.ToString() ?? item.Kind.ToString()}");
            writer.WriteAttributeString("name", Clean($"{item.Name} ({item.Place}{(item.SerialNumber is { } serial ? $", {serial}" : "")})"));
            writer.WriteAttributeString("time", "0");
            if (item.NeedsAttention)
                WriteFault(writer, item);
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void WriteFault(XmlWriter writer, InventoryItem item)
    {
        var finding = item.Findings.FirstOrDefault(one => one.Severity > FindingSeverity.Information);
        writer.WriteStartElement(IsError(item) ? "error" : "failure");
        writer.WriteAttributeString("type", item.Status.ToString());
        writer.WriteAttributeString("message", Clean(finding?.Cause ?? item.Status.ToString()));
        writer.WriteString(Clean(string.Join('\n', item.Findings)));
        writer.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter writer, IReadOnlyList<InventoryItem> items)
    {
        writer.WriteAttributeString("tests", Number(items.Count));
        writer.WriteAttributeString("failures", Number(items.Count(item => item.NeedsAttention && !IsError(item))));
        writer.WriteAttributeString("errors", Number(items.Count(IsError)));
    }

    private static bool IsError(InventoryItem item) => item.Kind == InventoryKind.Unreadable;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>XML has no form at all for most control characters.</summary>
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString()));
}

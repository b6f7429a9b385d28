using System.Globalization;
using System.Text;

namespace MtlsTools.Inventory;

/// <summary>Metrics in Prometheus' text form. The times are constant from run to run, so that a graph over them shows renewals and nothing else.</summary>
internal static class PrometheusReport
{
    internal static string Write(IReadOnlyList<InventoryItem> items, DateTimeOffset made)
    {
        var text = new StringBuilder();
        var certificates = Labelled(items.Where(item => item.Kind == InventoryKind.Certificate));
        Write(text, "mtls_certificate_not_before_timestamp_seconds", "When the certificate begins.", certificates, item => Seconds(item.NotBefore));
        Write(text, "mtls_certificate_not_after_timestamp_seconds", "When the certificate ends.", certificates, item => Seconds(item.NotAfter));
        Write(text, "mtls_certificate_renew_after_timestamp_seconds", "From when on the certificate is due for renewal.", certificates, item => Seconds(item.RenewAfter));
        Write(text, "mtls_certificate_needs_attention", "1 where somebody has to do something.", certificates, item => item.NeedsAttention ? "1" : "0");
        var lists = Labelled(items.Where(item => item.Kind == InventoryKind.RevocationList));
        Write(text, "mtls_crl_this_update_timestamp_seconds", "When the revocation list was made.", lists, item => Seconds(item.NotBefore));
        Write(text, "mtls_crl_next_update_timestamp_seconds", "When the next revocation list is due.", lists, item => Seconds(item.NotAfter));
        Header(text, "mtls_inventory_items", "Items of the inventory by status.");
        foreach (var status in Enum.GetValues<InventoryStatus>())
            text.Append(CultureInfo.InvariantCulture, $"mtls_inventory_items{{status=\"{status}\"}} {items.Count(item => item.Status == status)}\n");
        Header(text, "mtls_inventory_need_attention", "Items of the inventory that somebody has to do something about.");
        text.Append(CultureInfo.InvariantCulture, $"mtls_inventory_need_attention {items.Count(item => item.NeedsAttention)}\n");
        Header(text, "mtls_inventory_made_timestamp_seconds", "When the inventory was written.");
        text.Append(CultureInfo.InvariantCulture, $"mtls_inventory_made_timestamp_seconds {made.ToUnixTimeSeconds()}\n");
        return text.ToString();
    }

    /// <summary>Each set of labels once: Prometheus refuses a file that has one twice.</summary>
    private static List<(string Labels, InventoryItem Item)> Labelled(IEnumerable<InventoryItem> items) => items.Select(item => (Labels: Labels(item), Item: item)).DistinctBy(one => one.Labels).ToList();

    private static string Labels(InventoryItem item)
    {
        var labels = new (string Name, string? Value)[] { ("name", item.Name), ("role", item.Role?.ToString()), ("issuer", item.Issuer), ("source", item.Source.ToString()), ("place", item.Place), ("serial", item.SerialNumber), ("sha256", item.Sha256?[..16]) };
        return string.Join(',', labels.Where(label => label.Value is not null).Select(label => $"{label.Name}=\"{Escape(label.Value!)}\""));
    }

    private static void Write(StringBuilder text, string metric, string help, List<(string Labels, InventoryItem Item)> items, Func<InventoryItem, string?> value)
    {
        var lines = items.Select(one => (one.Labels, Value: value(one.Item))).Where(one => one.Value is not null).ToList();
        if (lines.Count == 0)
            return;
        Header(text, metric, help);
        foreach (var (labels, known) in lines)
            text.Append(metric).Append('{').Append(labels).Append("} ").Append(known).Append('\n');
    }

    private static void Header(StringBuilder text, string metric, string help) => text.Append("# HELP ").Append(metric).Append(' ').Append(help).Append("\n# TYPE ").Append(metric).Append(" gauge\n");

    private static string? Seconds(DateTimeOffset? time) => time?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\0", "\uFFFD", StringComparison.Ordinal);
}

using System.Globalization;
using MtlsTools.Encoding;

namespace MtlsTools.Inventory;

/// <summary>A day for each renewal. Copies of a certificate are one event, and what is late is due on the day of the report.</summary>
internal static class CalendarReport
{
    internal static string Write(IReadOnlyList<InventoryItem> items, string title, DateTimeOffset made)
    {
        var wanted = items.Where(item => item is { RenewAfter: not null, Sha256: not null, Status: not (InventoryStatus.Revoked or InventoryStatus.Superseded) } && (item.NeedsAttention || item.Status <= InventoryStatus.Due));
        return CalendarText.Write(title, wanted.GroupBy(item => item.Sha256!).Select(copies => Event([.. copies], made)).OrderBy(one => one.Day).ThenBy(one => one.Key, StringComparer.Ordinal), made);
    }

    private static CalendarEvent Event(List<InventoryItem> copies, DateTimeOffset made)
    {
        var item = copies[0];
        var day = item.RenewAfter!.Value < made ? made : item.RenewAfter.Value;
        var task = item.Kind == InventoryKind.RevocationList ? $"Publish the next {item.Name}" : $"Renew {item.Name}";
        var ends = string.Create(CultureInfo.InvariantCulture, $"It ends on {item.NotAfter:yyyy-MM-dd HH:mm} UTC.");
        return new CalendarEvent(item.Sha256!, DateOnly.FromDateTime(day.UtcDateTime), task, string.Join('\n', copies.Select(copy => copy.Place).Distinct().Prepend($"Issued by {item.Issuer}.").Prepend(ends))) { RemindDaysBefore = 7 };
    }
}

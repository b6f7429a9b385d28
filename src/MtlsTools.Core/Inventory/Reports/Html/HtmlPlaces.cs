namespace MtlsTools.Inventory;

/// <summary>Shortens paths: what all of them begin with is said once.</summary>
internal static class HtmlPlaces
{
    /// <summary>The folder that all files lie in; null when there is none worth saying.</summary>
    internal static string? CommonFolder(IReadOnlyList<InventoryItem> items)
    {
        string[]? common = null;
        foreach (var path in items.Select(item => item.Path).OfType<string>())
        {
            var folders = path.Split(Path.DirectorySeparatorChar)[..^1];
            common = common is null ? folders : common.Zip(folders).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First).ToArray();
        }

        return common is { Length: > 2 } ? string.Join(Path.DirectorySeparatorChar, common) : null;
    }

    /// <summary>The same items with paths that begin at the folder.</summary>
    internal static List<InventoryItem> Below(string folder, IReadOnlyList<InventoryItem> items)
    {
        var prefix = folder + Path.DirectorySeparatorChar;
        return items.Select(item => item with
        {
            Place = item.Place == folder ? "." : Short(item.Place),
            UsedBy = [.. item.UsedBy.Select(Short)],
            Findings = [.. item.Findings.Select(finding => finding with { Cause = Short(finding.Cause) })],
        }).ToList();

        string Short(string text) => text.Replace(prefix, "", StringComparison.Ordinal);
    }
}

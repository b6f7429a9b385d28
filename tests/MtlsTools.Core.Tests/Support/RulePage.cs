using System.Text.RegularExpressions;

namespace MtlsTools.Tests.Support;

/// <summary>A page of docs that lists rules with their severities.</summary>
public static partial class RulePage
{
    /// <summary>The rows of its tables.</summary>
    public static IEnumerable<string> Rows(string page) => Row().Matches(File.ReadAllText(Repository.At("docs", page)).ReplaceLineEndings("\n")).Select(row => row.Value);

    [GeneratedRegex(@"^\| `\w+` \| (Error|Warning|Information) \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}

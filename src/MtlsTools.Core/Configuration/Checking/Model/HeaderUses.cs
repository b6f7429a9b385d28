using System.Text.RegularExpressions;

namespace MtlsTools.Configuration.Checking;

/// <summary>What a proxy does to the headers of a request, in the order in which it does it.</summary>
internal sealed class HeaderUses
{
    private readonly Dictionary<string, HeaderUse> uses = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Func<string, bool>> cleared = [];

    /// <summary>The headers that tell who the client is.</summary>
    internal IEnumerable<string> OfClient => uses.Where(use => use.Value is HeaderUse.Identity or HeaderUse.SometimesIdentity).Select(use => use.Key.ToLowerInvariant());

    /// <summary>Whether a header reaches the application as the client sent it, always or sometimes.</summary>
    internal bool LetsThrough(string header) => Find(header) is null or HeaderUse.SometimesIdentity;

    internal void Set(string header, HeaderUse use) => uses[header] = use;

    /// <summary>Sets it to what is known of the client; under a condition it is safe only when the client's own was taken away before.</summary>
    internal void Identify(string header, bool isConditional) =>
        uses[header] = isConditional && LetsThrough(header) ? HeaderUse.SometimesIdentity : HeaderUse.Identity;

    /// <summary>Takes away all headers that a pattern of wildcards means.</summary>
    internal void Clear(string pattern)
    {
        if (pattern.Contains('*'))
            Clear(new Regex($"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking));
        else
            uses[pattern] = HeaderUse.Cleared;
    }

    /// <summary>Takes away all headers that a regular expression means; one that .NET does not understand takes none.</summary>
    internal void ClearByExpression(string expression)
    {
        try
        {
            Clear(new Regex(expression, RegexOptions.IgnoreCase | RegexOptions.NonBacktracking));
        }
        catch (Exception strange) when (strange is ArgumentException or NotSupportedException)
        {
            // What it takes away is not known, so nothing is taken for safe.
        }
    }

    internal void Clear(Func<string, bool> isMeant)
    {
        foreach (var header in uses.Keys.Where(isMeant).ToList())
            uses[header] = HeaderUse.Cleared;
        cleared.Add(isMeant);
    }

    private void Clear(Regex names) => Clear(names.IsMatch);

    private HeaderUse? Find(string header) => uses.TryGetValue(header, out var use) ? use : cleared.Exists(isMeant => isMeant(header)) ? HeaderUse.Cleared : null;
}
